"""
The journal: paid answers that the database does not take, in a file, until it does.

One file per process, with its space reserved before the first call is sent: a full disk has none left. What a process
that ended left behind is read by the next one that opens the database. An entry names its call by run and time of
sending, so that an entry of another database, or of an older copy, is never stored under a foreign call.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from engine.process import data_folder, is_gone, sign

log = logging.getLogger(__name__)

RESERVED_BYTES = 4 * 2**20
"""Some 200 answers of 20 kB; more are kept as long as the disk has space."""
MOST_BYTES = 256 * 2**20
_PREFIX = "draftmill-unsaved-"
_LEFT = ".left.jsonl"
_NEW_FILE = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)  # Windows would make two bytes of a newline


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Paid answers in journals that match no call of a database, and the files that keep them."""

    answers: int = 0
    files: tuple[str, ...] = ()


NO_ANSWERS = Unmatched()


class Journal:
    """
    The file of one process. Not thread-safe: it is the writer's.

    Args:
        database: What names the database: its file, or its URL without the password.
        folder: Where its file is; None: it is not a file.
    """

    def __init__(self, database: str, folder: Path | None) -> None:
        self._stem = _stem_of(database)
        self._folder = folder
        self.strangers: dict[Path, int] = {}
        """Journals of a database that was moved away, or renamed, and their answers that match no call of this one."""
        self._places = [place for place in (folder, data_folder(), Path(tempfile.gettempdir())) if place is not None]
        self._left = list(self._places)
        self._path: Path | None = None
        self._file = -1
        self._start = self._end = 0

    def __repr__(self) -> str:
        return f"<Journal {self._path}, {self._end - self._start} bytes>"

    def reserve(self) -> None:
        """Make the file with its space, beside the database or in another folder; a second call does nothing."""
        while self._file < 0 and self._left:
            folder = self._left.pop(0)
            path = folder / f"{self._stem}{uuid.uuid4().hex[:8]}.jsonl"
            try:
                if self._folder is None and folder == data_folder():  # nothing else of a server's database is in it
                    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._file = os.open(path, _NEW_FILE, 0o600)
                self._path = path
                _allocate(self._file)
                self._start = self._end = _write(self._file, _line({"owner": sign()}), 0)
            except OSError as error:
                log.info("no journal in %s: %s", path.parent, error.strerror, extra={"action": "journal_failed"})
                self._drop()

    def append(self, entry: dict[str, Any]) -> bool:
        """Write an entry to the disk; False when no disk accepts it: then it is only in memory."""
        line = _line(entry)
        while True:
            self.reserve()
            if self._file < 0 or self._end + len(line) > MOST_BYTES:
                return False
            try:
                self._end = _write(self._file, line, self._end)
            except OSError:
                self._set_aside()
            else:
                return True

    def clear(self) -> None:
        """Delete the entries: they are in the database now."""
        if self._file >= 0 and self._end > self._start:
            _write(self._file, bytes(self._end - self._start), self._start)  # its space stays reserved
            self._end = self._start

    def close(self) -> None:
        """Remove the file, or leave it to the next reader if it has entries; later entries go to a new file."""
        if self._end > self._start:
            self._set_aside()
        else:
            self._drop()
        self._left = list(self._places)

    def left_behind(self) -> Iterator[Path]:
        """Files of processes that have ended."""
        for place in dict.fromkeys(self._places):
            for path in sorted(place.glob(f"{self._stem}*.jsonl")) if place.is_dir() else ():
                if path != self._path and _is_ours(path) and (path.name.endswith(_LEFT) or _owner_is_gone(path)):
                    yield path

    def moved_here(self) -> Iterator[Path]:
        """Files of ended processes beside the database whose own database is not in this folder any more."""
        if self._folder is None:
            return
        others = [path for path in sorted(self._folder.glob(f"{_PREFIX}*.jsonl")) if self._stem not in path.name]
        here = {_stem_of(str(path)) for path in self._folder.iterdir()} if others else set()
        for path in others:
            is_left = path.name.endswith(_LEFT) or _owner_is_gone(path)
            if path.name[: len(self._stem)] not in here and _is_ours(path) and is_left:
                yield path

    def unmatched(self) -> Unmatched:
        """What earlier processes kept because it matches no call of this database."""
        found = [
            path
            for place in dict.fromkeys(self._places)
            for path in (sorted(place.glob(kept_path(Path(f"{self._stem}*.jsonl")).name)) if place.is_dir() else ())
            if _is_ours(path)
        ]
        strange = {path: count for path, count in self.strangers.items() if path.exists()}
        answers = sum(path.read_bytes().count(b"\n") for path in found) + sum(strange.values())
        return Unmatched(answers, tuple(map(str, (*found, *strange))))

    def _set_aside(self) -> None:
        """Close a file with entries and rename it: the name says that no process writes it any more."""
        path = self._path
        os.close(self._file)
        self._path, self._file, self._start, self._end = None, -1, 0, 0
        if path is not None:
            path.rename(path.with_name(path.name.removesuffix(".jsonl") + _LEFT))

    def _drop(self) -> None:
        if self._file >= 0:
            os.close(self._file)
        if self._path is not None:
            self._path.unlink(missing_ok=True)
        self._path, self._file, self._start, self._end = None, -1, 0, 0


def _stem_of(database: str) -> str:
    return f"{_PREFIX}{sha256(database.encode()).hexdigest()[:12]}-"


def kept_path(path: Path) -> Path:
    """Where entries of a journal that match no call of the database are kept; no process reads or deletes that file."""
    return path.with_name(path.name.replace("-unsaved-", "-unmatched-", 1))


def set_apart(path: Path, strange: Sequence[dict[str, Any]]) -> None:
    """Remove a journal that was stored; entries that match no call are kept in a file of their own."""
    if strange:
        kept = kept_path(path)
        part = kept.with_suffix(f".{uuid.uuid4().hex[:8]}.part")
        with part.open("wb") as file:
            file.writelines(_line(entry) for entry in strange)
            os.fsync(file.fileno())
        part.replace(kept)  # a process that does the same at this moment writes the same
    path.unlink(missing_ok=True)


def kept_entries(path: Path) -> Sequence[dict[str, Any]]:
    """The entries of a file that keeps what matches no call; empty where it is gone."""
    try:
        return _parsed(path.read_bytes().strip(b"\0").split(b"\n"))
    except OSError:
        return []


def entries(path: Path) -> Sequence[dict[str, Any]]:
    """The entries of a file, without a line that was not written completely."""
    return _parsed(path.read_bytes().strip(b"\0").split(b"\n")[1:])


def _parsed(lines: Sequence[bytes]) -> list[dict[str, Any]]:
    found = []
    for line in lines:
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def _line(entry: dict[str, Any]) -> bytes:
    return json.dumps(entry, separators=(",", ":")).encode() + b"\n"


def _write(file: int, data: bytes, at: int) -> int:
    os.lseek(file, at, os.SEEK_SET)
    left = data
    while left:
        left = left[os.write(file, left) :]
    os.fsync(file)
    return at + len(data)


def _allocate(file: int) -> None:
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file, 0, RESERVED_BYTES)
    else:
        _write(file, bytes(RESERVED_BYTES), 0)


def _is_ours(path: Path) -> bool:
    """Whether the file is ours and still there: other users may write to the folder, other processes read it."""
    try:
        return not path.is_symlink() and (not hasattr(os, "getuid") or path.stat().st_uid == os.getuid())
    except FileNotFoundError:
        return False


def _owner_is_gone(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return is_gone(json.loads(file.readline(1000))["owner"])
    except (OSError, ValueError, KeyError, TypeError):
        return False
