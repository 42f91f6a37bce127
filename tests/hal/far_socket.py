"""Far end of a `TcpLink` on 127.0.0.1, and the steps of both by hand: neither threads nor sleeps."""

from __future__ import annotations

import select
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hal.link import TcpLink
from hal.ports import NEVER, Instant

HERE = "127.0.0.1"
PATIENCE_MS = 5000


@dataclass
class TellTale:
    """A `LinkedEnd` that writes down what it is told, in order."""

    told: list[str] = field(default_factory=list)
    wake_at: Instant = NEVER

    def connected(self) -> None:
        self.told.append("connected")

    def disconnected(self) -> None:
        self.told.append("disconnected")

    def receive(self, data: bytes, now: Instant) -> bytes:
        if data:
            self.told.append(data.decode())
        return b""

    def wake(self, now: Instant) -> bytes:
        return b""


class FarSocket:
    """A server of one connection at a time; with a context it speaks TLS."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self.listener = socket.create_server((HERE, 0))
        self.listener.setblocking(False)
        self.port = int(self.listener.getsockname()[1])
        self.peer: socket.socket | None = None
        self.heard = b""
        self.reads = True
        self.failed, self.ended = "", False

    def step(self) -> None:
        """Accept, shake hands, read: whatever is due."""
        try:
            if self.peer is None:
                self._accept()
            elif isinstance(self.peer, ssl.SSLSocket) and self.peer.version() is None:
                self.peer.do_handshake()
            elif self.reads:
                data = self.peer.recv(65536)
                self.heard += data
                self.ended = not data
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass
        except OSError as error:
            self.failed = str(error)

    def _accept(self) -> None:
        self.peer, _ = self.listener.accept()
        self.peer.setblocking(False)
        if self._tls is not None:
            self.peer = self._tls.wrap_socket(self.peer, server_side=True, do_handshake_on_connect=False)

    def send(self, data: bytes) -> None:
        assert self.peer is not None
        assert self.peer.send(data) == len(data)

    def close(self) -> None:
        """Close the connection."""
        if self.peer is not None:
            self.peer.close()
        self.peer = None

    def end(self) -> None:
        """Close everything."""
        self.close()
        self.listener.close()


@dataclass
class Stepped:
    """A link, its end and its far end."""

    link: TcpLink
    end: TellTale
    far: FarSocket

    def until(self, truth: Callable[[], object]) -> None:
        """Step both until something is true, each when its descriptor is ready."""
        while not truth():
            poll = select.poll()
            poll.register(self.link.fileno(), select.POLLIN)
            poll.register(self.far.peer if self.far.peer is not None and self.far.reads else self.far.listener, select.POLLIN)
            ready = poll.poll(PATIENCE_MS)
            assert ready, f"nothing more happens: {self.end.told}, {self.far.failed}"
            if self.link.fileno() in [descriptor for descriptor, _ in ready]:
                self.end.receive(self.link.read(), 0.0)
            self.far.step()

    def connect(self) -> None:
        self.link.dial()
        self.until(lambda: self.end.told and self.far.peer)


def stepped(far: FarSocket, tls: ssl.SSLContext | None = None, host: str = HERE) -> Stepped:
    link, end = TcpLink(host, far.port, tls), TellTale()
    link.attach(end)
    return Stepped(link, end, far)


def certificate(folder: Path, name: str, ip: str = HERE) -> Path:
    """A certificate of its own for this address, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(ip))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


def server_context(file: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
