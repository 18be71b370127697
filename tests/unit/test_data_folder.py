"""The data folder: where it is, and that an existing one is found."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from engine.process import data_folder


@pytest.fixture(autouse=True)
def somebody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user with an empty home folder."""
    monkeypatch.delenv("DRAFTMILL_HOME", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg"))
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    return tmp_path


def test_a_new_user_gets_the_platforms_folder() -> None:
    """Without an earlier folder it is the one the platform keeps user data in."""
    assert data_folder() == platformdirs.user_data_path("draftmill", appauthor=False)


def test_an_earlier_folder_is_found_first(somebody: Path) -> None:
    """A folder of an earlier release goes on being used."""
    earlier = somebody / ".local" / "share" / "draftmill"
    earlier.mkdir(parents=True)
    assert data_folder() == earlier


def test_the_variable_comes_before_both(somebody: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """$DRAFTMILL_HOME names the folder, with ~ for the home folder."""
    (somebody / ".local" / "share" / "draftmill").mkdir(parents=True)
    monkeypatch.setenv("DRAFTMILL_HOME", "~/mine")
    assert data_folder() == somebody / "mine"
