"""The bounds of what may be asked for."""

from __future__ import annotations

import pytest

from engine.errors import SpecError
from engine.kinds.cloze.options import ClozeOptions
from engine.kinds.shadowing.options import ShadowingOptions
from engine.limiter.limits import Limits
from engine.spec import (
    PRESETS,
    RunSpec,
    Tuning,
    options_from_json,
    recommend,
    split_topics,
    tuning_for,
)

GOOD = {"kind": "cloze", "lang": "en", "levels": (2, 3), "topics": ("Campus", "Travel"), "per_combo": 5}


def spec(**changes: object) -> RunSpec:
    return RunSpec(**{**GOOD, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "poem"}, "kind"),
        ({"lang": "fr"}, "lang"),
        ({"levels": ()}, "levels"),
        ({"levels": (7,)}, "levels"),
        ({"levels": (2, 2)}, "levels"),
        ({"topics": ()}, "topics"),
        ({"topics": ("  ",)}, "topics"),
        ({"topics": ("Campus", "campus")}, "topics"),
        ({"topics": ("x" * 201,)}, "topics"),
        ({"topics": ("bad\x00topic",)}, "topics"),
        ({"topics": ("turn\u202e",)}, "topics"),
        ({"topics": tuple(f"t{n}" for n in range(10_001))}, "topics"),
        ({"per_combo": 0}, "per_combo"),
        ({"per_combo": True}, "per_combo"),
        ({"temperature": float("nan")}, "temperature"),
        ({"budget_usd": 0}, "budget_usd"),
        ({"options": ShadowingOptions()}, "options"),
        ({"topics": tuple(f"t{n}" for n in range(500)), "per_combo": 1000}, "per_combo"),
    ],
)
def test_a_field_out_of_bounds_is_named(changes: dict[str, object], field: str) -> None:
    """A RunSpec out of bounds is refused, and the message names the field and what to do."""
    with pytest.raises(SpecError) as caught:
        spec(**changes)
    assert caught.value.field == field
    assert caught.value.allowed in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"concurrency": 0}, "concurrency"), ({"batch_size": 11}, "batch_size"), ({"retries": 6}, "retries"),
     ({"throttle_ms": 2001}, "throttle_ms"), ({"concurrency": 257}, "concurrency")],
)  # fmt: skip
def test_a_tuning_out_of_the_guides_ranges_is_refused(changes: dict[str, int], field: str) -> None:
    """The guide's ranges hold for every Tuning."""
    with pytest.raises(SpecError, match=field):
        Tuning(**changes)


def test_only_the_profile_raises_the_concurrency() -> None:
    """Nine calls in flight need a profile that allows them."""
    Tuning(concurrency=9).check_ceiling(64)
    with pytest.raises(SpecError, match="choose 1 to 8"):
        Tuning(concurrency=9).check_ceiling(8)


@pytest.mark.parametrize(
    ("n", "concurrency", "batch"), [(19, (2, 3), (1, 2)), (20, (4, 6), (3, 5)), (101, (6, 8), (5, 8))]
)
def test_the_recommendation_is_the_guides(n: int, concurrency: tuple[int, int], batch: tuple[int, int]) -> None:
    """The ranges follow the size of the run, and the Tuning lies within them."""
    advice = recommend(n)
    assert (advice.concurrency, advice.batch_size) == (concurrency, batch)
    assert concurrency[0] <= advice.tuning.concurrency <= concurrency[1]
    assert batch[0] <= advice.tuning.batch_size <= batch[1]


def test_presets_are_the_guides_table() -> None:
    """serial 1x1, concurrent 4x1, batch 1x3, combined 4x3."""
    shapes = {name: (preset.concurrency, preset.batch_size) for name, preset in PRESETS.items() if not preset.auto}
    assert shapes == {"serial": (1, 1), "concurrent": (4, 1), "batch": (1, 3), "combined": (4, 3)}


def test_auto_follows_the_size() -> None:
    """auto starts at the batch size the guide advises for the number of drafts, and knows that it may change it."""
    made = tuning_for("auto", 500)
    assert (made.batch_size, made.auto) == (recommend(500).tuning.batch_size, True)


def test_a_spec_survives_json() -> None:
    """What to_json writes, from_json reads."""
    made = spec(options=ClozeOptions(blanks=(3, 5), explain_in="en"), budget_usd=1.5)
    assert RunSpec.from_json(made.to_json()) == made


def test_topics_are_one_a_line() -> None:
    """Blank lines and spaces around a topic do not count."""
    assert split_topics("\n  Daily   life \n\nCampus\r\n") == ("Daily life", "Campus")


def test_an_unknown_option_is_named() -> None:
    """An option of another kind is refused with the names that are known."""
    with pytest.raises(SpecError, match=r"genre.*cloze knows"):
        options_from_json("cloze", {"genre": "news"})


@pytest.mark.parametrize("changes", [{"rpm": -1}, {"shape": "round"}, {"window_s": 0}])
def test_limits_are_checked(changes: dict[str, object]) -> None:
    """A limit that cannot be is refused."""
    with pytest.raises(SpecError):
        Limits(**changes)  # type: ignore[arg-type]
