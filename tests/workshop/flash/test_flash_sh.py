"""`flash.sh` as a technician meets it: its answers, its certificates, its exit status."""

from __future__ import annotations

import csv
import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image as Picture

from tests.calendars import with_calendar
from tests.workshop.flash.cards import KEY, MIB, UNIT, Loop, Loops, Release, boots
from workshop.common.checkout import ROOT
from workshop.common.errors import STATUSES, ListFileError
from workshop.flash import cli
from workshop.flash.cli import main
from workshop.flash.register import read


def register(tmp_path: Path) -> list[dict[str, str]]:
    with (tmp_path / "cards.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def flash_sh(*arguments: str, given: str = "", path: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **({"PATH": path} if path is not None else {})}
    command = [str(ROOT / "flash.sh"), *arguments]
    return subprocess.run(command, input=given, capture_output=True, text=True, env=environment, check=False)


# --- what cannot be kept --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["--register", "--certificates"])
def test_where_no_outcome_can_be_kept_no_card_is_made(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    (tmp_path / "file").write_text("")
    places = {"--register": tmp_path / "file" / "cards.csv", "--certificates": tmp_path / "file"}
    assert main([*words, *UNIT, f"--to-file={tmp_path}/card.img", option, str(places[option])]) == 2
    assert f"{option}: nothing can be written in {tmp_path / 'file'}; name another place" in capsys.readouterr().err
    assert not (tmp_path / "card.img").exists()


def test_a_register_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ListFileError, match=r"cannot be read: Is a directory; --register names another"):
        read(tmp_path)


def test_a_key_of_the_city_that_is_no_text_is_named(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "city.pub").write_bytes(b"\xff\xfe")
    unit = [word for word in UNIT if not word.startswith("--central-key")]
    assert main([*words, *unit, f"--central-key={tmp_path}/city.pub", f"--to-file={tmp_path}/card.img"]) == 2
    assert f"--central-key {tmp_path}/city.pub: 'utf-8' codec can't decode" in capsys.readouterr().err


# --- one card -----------------------------------------------------------------------------------------------------


def test_a_card_from_the_command_line(words: list[str], loops: Loops, tmp_path: Path) -> None:
    loop = loops(32 * MIB)
    outcome = flash_sh(*words, *UNIT, f"--device={loop.path}", f"--yes-erase={loop.token}")
    assert outcome.returncode == 0, outcome.stderr
    assert boots(loop.file)
    (line,) = register(tmp_path)
    assert (line["station"], line["outcome"], len(line["public_key"])) == ("75011-0042", "proven", 43)
    assert outcome.stdout.splitlines()[-1] == f"75011-0042 1 11D {line['public_key']}"
    certificate = (tmp_path / "certificates" / "75011-0042.txt").read_text()
    assert f"enrol with  75011-0042 1 11D {line['public_key']}" in certificate
    assert "horodateur 1.0, signed" in certificate
    with Picture.open(tmp_path / "certificates" / "75011-0042.png") as label:
        assert label.size == (696, 271)
    assert "reading back" in outcome.stderr
    assert "at 20 MB/s" in outcome.stdout


def test_the_private_key_is_in_no_output_and_no_paper(words: list[str], tmp_path: Path) -> None:
    command = [str(ROOT / "flash.sh"), *words, *UNIT, f"--to-file={tmp_path}/card.img"]
    flasher = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    told = flasher.communicate()
    assert flasher.returncode == 0, told
    asked = ["/usr/sbin/debugfs", "-R", "cat /station.key", f"{tmp_path}/card.img?offset={16 * MIB}"]
    secret = subprocess.run(asked, capture_output=True, check=True).stdout
    assert len(secret) == 32
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path.name != "card.img"]
    for text in (*written, *told):
        assert secret not in text
        assert secret.hex().encode() not in text
    assert not list(Path("/dev/shm").glob(f"horodateur-flash-{flasher.pid}-*"))


def test_a_dry_run_writes_nothing(words: list[str], loops: Loops, tmp_path: Path) -> None:
    loop = loops(32 * MIB)
    loop.file.write_bytes(b"\xaa" * 32 * MIB)
    outcome = flash_sh(*words, *UNIT, f"--device={loop.path}", "--dry-run")
    assert outcome.returncode == 0, outcome.stderr
    assert "nothing was written" in outcome.stdout
    assert loop.file.read_bytes() == b"\xaa" * 32 * MIB
    assert not (tmp_path / "cards.csv").exists()


def test_a_file_that_is_there_is_not_replaced(words: list[str], tmp_path: Path) -> None:
    (tmp_path / "card.img").write_bytes(b"a card made before")
    assert main([*words, *UNIT, f"--to-file={tmp_path}/card.img"]) == 5
    assert (tmp_path / "card.img").read_bytes() == b"a card made before"


def test_asked_for_the_serial_yes_is_no_answer(
    words: list[str], loops: Loops, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    loop = loops(32 * MIB)
    loop.file.write_bytes(b"\xaa" * 32 * MIB)
    for answer in ("y", "yes", "", loop.path, loop.token[:-1]):
        monkeypatch.setattr("builtins.input", lambda _, answer=answer: answer)
        assert main([*words, *UNIT, f"--device={loop.path}"]) == 6
    assert loop.file.read_bytes() == b"\xaa" * 32 * MIB
    assert f"its serial is {loop.token}, not yes" in capsys.readouterr().err
    assert main([*words, *UNIT, f"--device={loop.path}", "--yes-erase=another"]) == 6


def test_without_an_option_it_asks(
    release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong answer is asked again; at the end, a device that is none is refused."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("workshop.flash.options.RELEASE_KEY", release.key_file)
    right = [
        "12 rue Oberkampf",
        "",
        "",
        "https://c.example",
        "",
        KEY,
        "",
    ]  # nothing: the usual one
    wrong = ["nowhere.img.xz", str(release.image), "75011-42", "75011-0042", "1", "12D", *right]
    answers = iter([*wrong, "75011-0042", "1", "11D", *right, "/dev/null"])
    monkeypatch.setattr("builtins.input", lambda question: next(answers))
    assert main([]) == 5
    out = capsys.readouterr()
    assert "nowhere.img.xz: there is no such file" in out.out
    assert "station: '75011-42' is no station" in out.out
    assert "sector: '12D' is not in the arrondissement of station 75011-0042" in out.out
    assert "Cards that may be written:" in out.out
    assert "/dev/null: not a block device" in out.err


def test_cards_are_not_made_with_a_calendar_that_is_soon_over(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    last = (datetime.now(UTC) + timedelta(days=399)).date()
    (tmp_path / "short.json").write_bytes(with_calendar(last=last))
    monkeypatch.setattr(cli, "TARIFFS", tmp_path / "short.json")
    call = [*words, *UNIT, f"--to-file={tmp_path}/card.img", "--dry-run"]
    assert main(call) == 2
    said = capsys.readouterr().err
    assert f"$.calendar.last_day: {last} is 399 days after" in said
    assert ", or --accept-short-calendar" in said
    assert main([*call, "--accept-short-calendar"]) == 0


# --- refused, and why ---------------------------------------------------------------------------------------------


def test_each_refusal_has_its_status_and_erases_nothing(
    words: list[str], loops: Loops, release: Release, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    loop = loops(8 * MIB)
    loop.file.write_bytes(b"\xaa" * 8 * MIB)
    onto = [f"--device={loop.path}", f"--yes-erase={loop.token}"]
    assert main([*words, *UNIT, "--zone=9", *onto]) == 2
    assert main([*words, *UNIT]) == 2
    assert main([*words, *UNIT, *onto, "--to-file=x"]) == 2
    assert main([*UNIT, *onto]) == 2
    assert main([*words, *UNIT, *onto]) == 5
    release.image.write_bytes(b"something else")
    assert main([*words, *UNIT, *onto]) == 4
    told = capsys.readouterr().err.splitlines()
    assert [line.partition(": ")[2].partition(" ")[0] for line in told if line.startswith("flash.sh")] == [
        "zone:", "--device,", "--device,", "--image:", f"{loop.path}:", f"{release.image}:",
    ]  # fmt: skip
    assert loop.file.read_bytes() == b"\xaa" * 8 * MIB


def test_every_status_is_documented() -> None:
    outcome = flash_sh("--help")
    assert outcome.returncode == 0
    for status, meaning in STATUSES.items():
        assert f"  {status:>2}  {meaning}\n" in outcome.stdout


def test_a_missing_program_is_named_with_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sh", "readlink", "dirname", "uname", "lsblk", "xz", "mke2fs", "debugfs", "e2fsck", "mcopy"):
        found = next(Path(folder, name) for folder in ("/usr/bin", "/bin", "/usr/sbin", "/sbin") if Path(folder, name).exists())
        (tools / name).symlink_to(found)
    monkeypatch.setattr("workshop.common.tools.PATH", str(tools))
    assert main(["--image=x"]) == 3
    outcome = flash_sh("--list", path=f"{tmp_path}/nothing:/usr/bin:/bin")
    assert outcome.returncode == 0, outcome.stderr


def test_the_list_says_why_the_others_are_none(loops: Loops) -> None:
    loop, locked = loops(32 * MIB), loops(32 * MIB, "--read-only")
    outcome = flash_sh("--list", "--allow-loop")
    safe, _, others = outcome.stdout.partition("Never these:")
    assert f"  {loop.path} " in safe
    assert loop.token in safe
    assert f"  {locked.path} " in others
    assert "read-only: look at the slide" in others


# --- forty in a morning -------------------------------------------------------------------------------------------


def batch_of(tmp_path: Path, loops: Loops, small: Path) -> tuple[Path, list[Loop]]:
    """Ten units, each with a reader of its own; the medium of the fifth is smaller than it says."""
    made = [loops(32 * MIB, folder=small if number == 5 else tmp_path) for number in range(1, 11)]
    rows = [f"75011-{number:04},1,11D,{number} rue Oberkampf,{loop.path}" for number, loop in enumerate(made, 1)]
    file = tmp_path / "units.csv"
    file.write_text("station,zone,sector,address,device\n" + "\n".join(rows) + "\n")
    return file, made


@pytest.fixture
def small(needs_root: None, tmp_path: Path) -> Iterator[Path]:
    """A place with room for a tenth of a card."""
    place = tmp_path / "small"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)], check=True)
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_a_batch_of_ten_with_a_bad_line_and_a_failing_card(
    words: list[str], small: Path, loops: Loops, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, made = batch_of(tmp_path, loops, small)
    call = [*words, f"--batch={file}", *UNIT[4:], *(f"--yes-erase={loop.token}" for loop in made)]
    good = file.read_text()

    file.write_text(good.replace("75011-0008,1", "75011-0008,3"))
    assert main(call) == 2
    assert f"{file}, line 9: zone: '3' is no tariff zone: 1, 2" in capsys.readouterr().err
    assert not any(boots(loop.file) for loop in made)
    assert not (tmp_path / "cards.csv").exists()

    file.write_text(good)
    assert main(call) == 9
    assert [boots(loop.file) for loop in made] == [number != 5 for number in range(1, 11)]
    outcomes = {line["station"]: line["outcome"] for line in register(tmp_path)}
    assert outcomes.pop("75011-0005").startswith("WriteError: ")
    assert set(outcomes.values()) == {"proven"}
    assert len(outcomes) == 9
    assert len({line["public_key"] for line in register(tmp_path)}) == 10  # nine keys, and none

    before = [loop.file.read_bytes() for loop in made]
    file.write_text(good.replace(made[4].path, made[0].path))
    assert main(call) == 9
    assert "this is the card made for 75011-0001: put another one in" in capsys.readouterr().out
    assert [loop.file.read_bytes() for loop in made] == before

    file.write_text(good.replace(made[4].path, (spare := loops(32 * MIB)).path))
    assert main([*call, f"--yes-erase={spare.token}"]) == 0
    assert boots(spare.file)
    assert [loop.file.read_bytes() for loop in made] == before
    assert sum(line["outcome"] == "proven" for line in register(tmp_path)) == 10


def test_cards_take_turns_in_one_reader(
    words: list[str], loops: Loops, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = loops(32 * MIB)
    (tmp_path / "units.csv").write_text("station\n75011-0001\n75011-0002\n")
    asked = []

    def exchanged(question: str) -> str:
        asked.append(question)
        loop.file.write_bytes(bytes(32 * MIB))
        return ""

    monkeypatch.setattr("builtins.input", exchanged)
    reader = [f"--device={loop.path}", f"--yes-erase={loop.token}", f"--batch={tmp_path}/units.csv"]
    assert main([*words, *UNIT[1:], *reader]) == 0
    assert asked == [f"The card for 75011-000{number} into {loop.path}, then Enter: " for number in (1, 2)]
    assert [line["station"] for line in register(tmp_path)] == ["75011-0001", "75011-0002"]
