"""The memory of this process."""

from __future__ import annotations

from engine.process import memory_mb, peak_memory_mb


def test_memory_is_measured() -> None:
    """A process that has loaded Python holds some megabytes, and never more than its peak."""
    assert 5 < memory_mb() <= peak_memory_mb()


def test_memory_that_is_taken_shows() -> None:
    """64 MB that are written to are in the figure while they are held, and in the peak after."""
    before = memory_mb()
    held = bytearray(b"x" * 64 * 1024 * 1024)
    grown = memory_mb() - before
    del held
    assert grown > 55
    assert peak_memory_mb() > before + 55
