"""The figures of the Quality page, without a database."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.reports.periods import MOST_DAYS, day_of, periods, start_of, step_for
from engine.reports.quality import ENOUGH_DECIDED, AcceptanceGroup, accepted, by_run, combined, people, timeline
from engine.store import AgreementRow, QualityRow, ReviewerRow

COUNTS = st.integers(0, 1000)
ROWS = st.lists(
    st.builds(
        lambda run, name, approved, rejected, pending: QualityRow(
            (str(run), name), approved + rejected + pending, approved, rejected, 0
        ),
        st.integers(1, 9),
        st.sampled_from("abc"),
        COUNTS,
        COUNTS,
        COUNTS,
    )
)
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
MADE_AT = {run: datetime(2026, 11, 1).timestamp() + run * 86_400 * 4 for run in range(1, 10)}


@given(COUNTS, COUNTS)
def test_the_interval_contains_the_share(approved: int, rejected: int) -> None:
    """Wilson's bounds lie around the share, within 0 and 1."""
    group = AcceptanceGroup((), approved + rejected, approved, rejected)
    low, high = group.interval
    assert 0.0 <= low <= high <= 1.0
    if group.share is not None:
        assert low - 1e-9 <= group.share <= high + 1e-9


@given(st.integers(0, ENOUGH_DECIDED - 1), st.data())
def test_few_decisions_give_no_share(decided: int, data: st.DataObject) -> None:
    """Below ten decided drafts no share is stated."""
    approved = data.draw(st.integers(0, decided))
    assert AcceptanceGroup((), decided, approved, decided - approved).share is None


@given(ROWS)
def test_the_groups_add_up_to_the_total(rows: list[QualityRow]) -> None:
    """However drafts are grouped, the groups hold all of them once."""
    total = combined(accepted(rows))
    assert (total.drafts, total.approved) == (sum(row.drafts for row in rows), sum(row.approved for row in rows))
    assert total.decided <= total.drafts


@given(ROWS, st.dictionaries(st.integers(1, 9), st.integers(0, 3)))
def test_prompt_versions_add_up_to_the_groups(rows: list[QualityRow], versions: dict[int, int]) -> None:
    """Each draft counts once under the prompt version of its run; a run that recorded none is unknown."""
    made = by_run(rows, ("run", "model"), ("model", "prompt_version"), {"prompt_version": versions})
    assert len({row.values for row in made}) == len(made)
    for name, version in {(row.values[1], versions.get(int(row.values[0]), 0)) for row in rows}:
        same = [row for row in rows if row.values[1] == name and versions.get(int(row.values[0]), 0) == version]
        (group,) = [row for row in made if row.values == (name, str(version or ""))]
        assert (group.drafts, group.approved) == (sum(row.drafts for row in same), sum(row.approved for row in same))


@given(ROWS)
def test_the_periods_add_up_to_the_groups(rows: list[QualityRow]) -> None:
    """Over time each line holds all drafts of its name."""
    made = timeline(rows, MADE_AT)
    for name, line in made.lines.items():
        drafts = sum(row.drafts for row in rows if row.values[1] == name)
        assert sum(one.drafts for one in line.values()) == drafts
        assert all(start == start_of(start, made.step) for start in line)


def test_a_run_that_is_gone_has_no_time() -> None:
    """A run deleted between two reads is left out instead of failing."""
    assert timeline([QualityRow(("77", "a"), 1, 1, 0, 0)], MADE_AT).lines == {}


@given(DAYS, st.integers(0, 2000))
def test_periods_cover_every_day_once(first: date, length: int) -> None:
    """The periods from one day to another have no gap and no repetition, and are few enough to read."""
    last = first + timedelta(days=length)
    step = step_for(first, last)
    starts = list(periods(first, last, step))
    assert starts == sorted(set(starts))
    assert {start_of(first + timedelta(days=day), step) for day in range(length + 1)} == set(starts)
    assert step == "month" or len(starts) <= MOST_DAYS


def test_a_day_is_local() -> None:
    """A time belongs to the day on the wall's calendar."""
    assert day_of(datetime(2026, 11, 28, 0, 1).timestamp()) == date(2026, 11, 28)


def test_a_person_has_a_pace_and_agreement() -> None:
    """Pace is decisions per minute of work; agreement counts pairs on either side; few of them give no figure."""
    rows = [ReviewerRow("id-a", "ann", 15, 5, 19, 120.0), ReviewerRow("id-b", "bob", 2, 0, 1, 4.0)]
    ann, bob = people(rows, [AgreementRow("id-a", "id-b", 4, 3)])
    assert (ann.share, ann.per_minute, ann.both, ann.agreed) == (0.75, pytest.approx(9.5), 4, 0.75)
    assert (bob.share, bob.per_minute, bob.both, bob.agreed) == (None, None, 4, 0.75)
