"""-v and --log-file: in every command, without keys and prompts, and for the owner's eyes only."""

from __future__ import annotations

import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.cli.logs import LOGGERS, set_up_logging
from engine.cli.main import COMMANDS, load
from engine.errors import SpecError
from engine.process import open_private


@pytest.fixture(autouse=True)
def untouched() -> Iterator[None]:
    """The handlers a test adds go with it."""
    yield
    for name in LOGGERS:
        for handler in logging.getLogger(name).handlers[:]:
            logging.getLogger(name).removeHandler(handler)
            handler.close()
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_can_write_its_log(name: str) -> None:
    """-v, --verbose and --log-file are options of each command."""
    options = {option for parameter in load(name).params for option in parameter.opts}
    assert {"-v", "--verbose", "--log-file"} <= options


def test_the_log_is_private_and_shows_no_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file is the owner's alone; what looks like a key is removed from it and from stderr."""
    set_up_logging(True, tmp_path / "log.txt")
    logging.getLogger("engine.store").info("refused: sk-canary-0123456789abcdef")
    for text in ((tmp_path / "log.txt").read_text(), capsys.readouterr().err):
        assert "INFO engine.store: refused: (hidden)" in text
    assert stat.S_IMODE((tmp_path / "log.txt").stat().st_mode) == 0o600


def test_without_verbose_only_warnings_are_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A log file alone leaves the terminal quiet."""
    set_up_logging(False, tmp_path / "log.txt")
    logging.getLogger("engine").info("a packet")
    logging.getLogger("engine").warning("a fault")
    assert "a packet" not in (said := capsys.readouterr().err) and "a fault" in said
    assert "a packet" in (tmp_path / "log.txt").read_text()


def test_a_log_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    """The option, the file and the cause are named."""
    with pytest.raises(SpecError, match=r"log-file is .* it cannot be written"):
        set_up_logging(False, tmp_path / "nowhere" / "log.txt")


def test_a_private_file_is_appended_or_replaced(tmp_path: Path) -> None:
    """`append` keeps what is there."""
    for append, expected in ((False, "one"), (True, "oneone"), (False, "one")):
        with open_private(tmp_path / "a.txt", append=append) as file:
            file.write("one")
        assert (tmp_path / "a.txt").read_text() == expected
