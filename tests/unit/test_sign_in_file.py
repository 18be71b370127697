"""Which secrets file decides about the sign-in."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import SpecError
from engine.profiles import sign_in

AUTH = "[auth]\ncookie_secret = " + repr("0123" * 8) + "\n"


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """The secrets files of a data folder, of the folder of the start, and of a home folder; none is there."""
    for name in ("data", "here", "home"):
        (tmp_path / name / ".streamlit").mkdir(parents=True)
    monkeypatch.setenv("DRAFTMILL_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path / "here")
    files = {name: tmp_path / name / ".streamlit" / "secrets.toml" for name in ("here", "home")}
    return {
        "data": tmp_path / "data" / "secrets.toml",
        "old": tmp_path / "data" / ".streamlit" / "secrets.toml",
        **files,
    }


def test_without_a_file_there_is_no_sign_in(folders: dict[str, Path]) -> None:
    """Nothing is set up, and the data folder's file is where to write it."""
    found = sign_in()
    assert (found.is_set_up, found.file, found.own_file) == (False, folders["data"], folders["data"])


@pytest.mark.parametrize("name", ["data", "old", "here", "home"])
def test_each_file_can_set_it_up(folders: dict[str, Path], name: str) -> None:
    """Wherever [auth] is written and no earlier file is, it counts."""
    folders[name].write_text(AUTH)
    found = sign_in()
    assert found.is_set_up and found.file == folders[name]
    assert (found.file == found.own_file) == (name in ("data", "old"))


def test_the_data_folder_decides(folders: dict[str, Path]) -> None:
    """The secrets of another project's folder neither turn the sign-in on nor off; what is ignored is named."""
    folders["data"].write_text('OPENROUTER_API_KEY = "x"')
    folders["here"].write_text(AUTH)
    found = sign_in()
    assert not found.is_set_up and found.ignored == (folders["here"],)
    folders["data"].write_text(AUTH)
    folders["here"].write_text("")
    assert sign_in().is_set_up and sign_in().ignored == ()


@pytest.mark.parametrize("text", ["[auth\n", "x = " + "[" * 100_000, "[auth]\n"])
def test_a_file_that_cannot_be_read_counts_as_a_sign_in(folders: dict[str, Path], text: str) -> None:
    """It may require one: the pages stay closed until it is repaired."""
    folders["data"].write_text(text)
    assert sign_in().is_set_up


def test_a_short_secret_is_refused_at_the_start(folders: dict[str, Path]) -> None:
    """The documentation's placeholder starts no server, and the message does not show it."""
    folders["here"].write_text('[auth]\ncookie_secret = "..."\n')
    with pytest.raises(SpecError, match="at least 32"):
        sign_in()
