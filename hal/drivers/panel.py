"""Front panel driver: keys, buzzer, door, mains and supply of a station, by the link to the board behind the keys.

The visit knows none of this: the events are those of a keypad and of contacts on the header. What this driver alone knows is
the session, how old a key is, and which firmware it may trust.

*Session.* Begun by HELLO with a new token, a quarter of a second apart until STATUS repeats the last one; so the answer is
younger than that, and whatever came before it is an earlier session's (`hal.wire.panel`).

*Age of a key.* The panel counts milliseconds of its own. Each heartbeat and its answer say what it counted not later than an
instant of ours, so a key is never thought younger than it is. One older than two seconds is dropped and counted: an OK that
waited in a buffer must not pay. The end of a stuck key is state, and is told whatever its age.

*Version.* Keys of a firmware that the station was not shipped with still reach the service menu, but nothing is sold
(`PanelIs`); of another protocol not even they are read.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Sequence

from msgspec.structs import replace

from hal.drivers.panel_readings import CAUSES, KEY_EVENTS, KEY_LIGHT, TONES, PanelReadings, ambient_after, contact_events
from hal.ports import (
    AT_ONCE,
    NEVER,
    Ambient,
    Brightness,
    DeviceEvent,
    Instant,
    Key,
    KeyFreed,
    LightIs,
    PanelIs,
    PanelStarted,
    PanelState,
    StartCause,
    Supply,
    Tone,
)
from hal.wire import panel as wire

GREET, GREET_AGAIN = 0.25, 2.0
"""Seconds between two HELLOs: while nothing answers; where what answers cannot be understood."""
BEAT = 1.0
"""Seconds between two heartbeats."""
PROMPT = 0.5
"""Seconds within which an answer says what time it is over there."""
SILENT = wire.SILENCE / 1000
MOST_WAITING = 8
"""Frames that wait for a panel that does not take them: another tone then would only come too late."""
LOW_MILLIVOLTS = 4750
KEPT = 50
"""Lines of the panel's log."""
SAME_START = 1500
"""Milliseconds by which two sessions may differ on when the board started."""


class FrontPanel:
    """The panel's link: an `End`, a `Buzzer`, and an `EventSource` of key, contact and panel events."""

    def __init__(
        self, layout: Sequence[Sequence[Key | None]], versions: Collection[bytes], token: int, *, light: bool = False
    ) -> None:
        """`layout[row][column]` is the key there; `versions`: the firmware to trust; `token`: another one at every start;
        `light`: the board has a light sensor.
        """
        self._layout, self._versions = layout, versions
        self._channel, self._frames, self._damaged = wire.PanelChannel(), wire.PanelFrames(), 0
        self._token, self._ping, self._serving = token, 0, False
        self._state: PanelState | None = None
        self._told: PanelIs | None = None
        self._asked: Instant = 0.0
        self._ask_at: Instant = AT_ONCE
        self._silent_at: Instant | None = None
        self._passed: Instant | None = None
        self._offset = 0.0  # our milliseconds less the panel's
        self._urgent = False
        self._first_tone = b""  # asked for before it was first greeted
        self._contacts: int | None = None
        self._stuck: set[Key] = set()
        self._events: list[DeviceEvent] = []
        self._sensor, self._ambient = light, Ambient.DAY
        self._key_light = KEY_LIGHT[Brightness.FULL]
        self.readings = PanelReadings()

    # --- the ports

    def beep(self, tone: Tone) -> None:
        """Have it sound a tone; nothing while it does not serve, but the first is kept until it first does."""
        if self._state is None:
            self._first_tone = bytes([TONES[tone]])
        elif self._serving and self._channel.waiting < MOST_WAITING:
            self._send(wire.BEEP, bytes([TONES[tone]]))

    def expect_silence(self, seconds: int) -> None:
        """Have it leave this computer its power for so long, 65535 at most, whatever it hears: an update is under way."""
        if self._serving:
            self._send(wire.ARM, struct.pack("<H", seconds))

    def light_keys(self, brightness: Brightness) -> None:
        """Light the keys so from now on, in later sessions too."""
        if self._key_light != KEY_LIGHT[brightness]:
            self._key_light = KEY_LIGHT[brightness]
            if self._serving:
                self._send(wire.LIGHT, bytes([self._key_light]))

    def supply(self) -> Supply:
        """Supply and temperature as last measured by a panel that serves."""
        volts = self.readings.millivolts if self._serving else None
        celsius = self.readings.celsius if self._serving else None
        return Supply(under_voltage=None if volts is None else volts < LOW_MILLIVOLTS, celsius=celsius)

    def take(self) -> Sequence[DeviceEvent]:
        """The events since the last call, oldest first."""
        events, self._events = self._events, []
        return events

    # --- the end of the cable

    @property
    def wake_at(self) -> Instant:
        """When a frame is to be sent, or the panel has been silent for too long."""
        if self._urgent:
            return AT_ONCE
        resend = NEVER if self._passed is None or self._channel.left < 0 else self._passed + self._channel.left / 1000
        return min(self._ask_at, resend, NEVER if self._silent_at is None else self._silent_at)

    def receive(self, data: bytes, now: Instant) -> bytes:
        """Take frames."""
        self._pass_time(now)
        for kind, seq, payload in self._frames.take(data):
            self._heard(kind, seq, payload, now)
        if self._frames.damaged != self._damaged and self._serving:
            self._channel.ask_again()
        self._damaged = self._frames.damaged
        return self._output()

    def wake(self, now: Instant) -> bytes:
        """Greet, keep the heart beating, send again."""
        self._pass_time(now)
        if self._silent_at is None or now >= self._silent_at:
            if self._silent_at is not None:
                self._begin(PanelState.SILENT, now)
            self._silent_at = now + SILENT
        asked = b""
        if now >= self._ask_at:
            self._asked = now
            asked = self._ask(now)
        return asked + self._output()

    def _ask(self, now: Instant) -> bytes:
        """HELLO, or a heartbeat."""
        if self._serving:
            self._ask_at, self._ping = now + BEAT, (self._ping + 1) & 0xFFFF
            return wire.encode(wire.PING, 0, struct.pack(wire.PING_FORM, self._ping))
        self._ask_at = now + (GREET_AGAIN if self._state is PanelState.UNKNOWN else GREET)
        self._token = (self._token + 1) & 0xFFFFFFFF
        return wire.encode(wire.HELLO, 0, struct.pack(wire.HELLO_FORM, self._token, wire.PROTOCOL))

    def _output(self) -> bytes:
        self._urgent = False
        return self._channel.output() if self._serving else b""

    def _pass_time(self, now: Instant) -> None:
        """Whole milliseconds; a part of one is kept for the next time."""
        if self._passed is None:
            self._passed = now
        passed = int((now - self._passed) * 1000 + 1e-6)
        self._passed += passed / 1000
        self._channel.pass_time(passed)

    def _send(self, kind: int, payload: bytes = b"") -> None:
        self._channel.send(kind, payload)
        self._urgent = True

    # --- what it says

    def _heard(self, kind: int, seq: int, payload: bytes, now: Instant) -> None:
        if kind == wire.STATUS:
            self._take_status(payload, now)
        elif self._serving:
            self._silent_at = now + SILENT
            if kind == wire.NO_SESSION:
                self._begin(None, now)
            elif self._channel.accept(kind, seq):
                self._take_message(kind, payload, now)

    def _take_status(self, payload: bytes, now: Instant) -> None:
        """The answer to the last HELLO: a session, with whatever firmware."""
        if self._serving or payload[:4] != struct.pack("<I", self._token) or now - self._asked > PROMPT:
            return
        self._silent_at = now + SILENT
        sizes = {1: wire.STATUS_SIZE, 2: wire.STATUS_SIZE + struct.calcsize(wire.STARTS_FORM)}
        if len(payload) < 5 or sizes.get(payload[4]) != len(payload):
            self.readings = replace(self.readings, version="")
            self._set_state(PanelState.UNKNOWN)
            self._ask_at = now + GREET_AGAIN
            return
        _, _, version, board, cause, ms, cycles, _ = struct.unpack(wire.STATUS_FORM, payload[: wire.STATUS_SIZE])
        starts = struct.unpack(wire.STARTS_FORM, payload[wire.STATUS_SIZE :])[0] if payload[4] > 1 else None
        self._note_start(board.hex(), starts, cause, self._asked * 1000 - ms)
        self.readings = replace(
            self.readings, version=version.hex(), board=board.hex(), cause=cause, starts=starts, cycles=cycles
        )
        self._channel.reset()
        self._serving, self._offset, self._ask_at = True, self._asked * 1000 - ms, now + BEAT
        self._send(wire.WELCOME)
        if self._key_light != KEY_LIGHT[Brightness.FULL]:
            self._send(wire.LIGHT, bytes([self._key_light]))
        if self._first_tone:
            self._send(wire.BEEP, self._first_tone)
        self._first_tone = b""
        self._set_state(PanelState.OK if version in self._versions else PanelState.UNKNOWN)

    def _note_start(self, board: str, starts: int | None, cause: int, offset: float) -> None:
        """Report a start: of another board, of one that counts another, or whose clock is not where it was."""
        moved = (offset - self._offset + wire.WRAP / 2) % wire.WRAP - wire.WRAP / 2
        if (board, starts) != (self.readings.board, self.readings.starts) or abs(moved) > SAME_START:
            again = self.readings.board == board
            self._events.append(PanelStarted(board, CAUSES.get(cause, StartCause.UNKNOWN), starts, again))

    def _take_message(self, kind: int, payload: bytes, now: Instant) -> None:
        try:
            match kind:
                case wire.PONG:
                    self._take_time(now, *struct.unpack(wire.PONG_FORM, payload))
                case wire.KEY:
                    self._take_key(now, *struct.unpack(wire.KEY_FORM, payload))
                case wire.LOST:
                    self._drop(*struct.unpack("<H", payload))
                case wire.CONTACTS:
                    self._take_contacts(*struct.unpack("<B", payload))
                case wire.POWER:
                    millivolts, celsius = struct.unpack(wire.POWER_FORM, payload)
                    self.readings = replace(self.readings, millivolts=millivolts, celsius=celsius)
                case wire.LUX if self._sensor:
                    self._take_light(*struct.unpack(wire.LUX_FORM, payload))
                case wire.LOG:
                    line = payload.decode("ascii", "replace")
                    self.readings = replace(self.readings, log=(*self.readings.log, line)[-KEPT:])
        except struct.error:
            return  # not as long as we know it: a later firmware's, which is not trusted anyway

    def _take_time(self, now: Instant, ping: int, ms: int) -> None:
        if ping == self._ping and now - self._asked <= PROMPT:
            self._offset = self._asked * 1000 - ms

    def _take_key(self, now: Instant, ms: int, position: int, kind: int) -> None:
        row, column = divmod(position, 7)
        key = self._layout[row][column] if row < 7 else None
        if key is None or kind not in KEY_EVENTS:
            return
        age = (now * 1000 - self._offset - ms + wire.WRAP / 2) % wire.WRAP - wire.WRAP / 2
        if kind in (wire.PRESSED, wire.HELD) and age > wire.OLDEST_KEY:
            self._drop(1)
            return
        if kind == wire.STUCK:
            self._stuck.add(key)
        elif kind == wire.FREED:
            self._stuck.discard(key)
        self._events.append(KEY_EVENTS[kind](key))

    def _take_light(self, lux: int) -> None:
        self._ambient = Ambient.DAY if lux == wire.NO_LUX else ambient_after(self._ambient, lux)
        self._events.append(LightIs(self._ambient, None if lux == wire.NO_LUX else lux))

    def _take_contacts(self, bits: int) -> None:
        self._events += contact_events(self._contacts, bits)
        self._contacts = bits
        self.readings = replace(self.readings, tampered=not bits & wire.TAMPER)
        self._tell()

    # --- what follows

    def _begin(self, state: PanelState | None, now: Instant) -> None:
        """Greet it again: it is silent, or has started anew and knows of no stuck key."""
        self._serving, self._ask_at = False, now
        self._events += [KeyFreed(key) for key in sorted(self._stuck, key=lambda key: key.value)]
        self._stuck.clear()
        if state:
            self._set_state(state)

    def _set_state(self, state: PanelState) -> None:
        self._state = state
        self._tell()

    def _tell(self) -> None:
        """Report the panel, if it is not as last reported."""
        if self._state is None:
            return
        readings = self.readings
        report = PanelIs(self._state, readings.version, readings.tampered is True, readings.cycles)
        if report != self._told:
            self._told = report
            self._events.append(report)

    def _drop(self, count: int) -> None:
        self.readings = replace(self.readings, dropped=self.readings.dropped + count)
