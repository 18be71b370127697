"""
What a comparison advises: the settings to use, whether more trials are needed, and which arms to change. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from engine.compare.arms import TRIALS
from engine.compare.figures import ArmReport
from engine.compare.findings import recommended
from engine.compare.verdict import ComparisonVerdict, is_lossy
from engine.reports.advice import Advice, Evidence

MOST_429 = 0.10
ENOUGH_TRIALS = 3


def advise(arms: Sequence[ArmReport], verdict: ComparisonVerdict | None, trials: int) -> tuple[Advice, ...]:
    """
    The advice on a comparison, warnings first.

    Args:
        arms: As measured.
        verdict: None until two arms have been measured.
        trials: Planned of each arm; while they are not done, no more are advised.
    """
    measured = [arm for arm in arms if arm.items_per_s]
    refused = [arm.name for arm in measured if (arm.rate_429 or 0.0) > MOST_429]
    lossy = [arm.name for arm in arms if is_lossy(arm)]
    found = []
    if refused:
        found.append(Advice("arms_refused", {"arms": ", ".join(refused)}))
    if lossy:
        found.append(Advice("arms_lossy", {"arms": ", ".join(lossy)}))
    if verdict is not None:
        found += _on_verdict(measured, verdict, trials)
    return tuple(found)


def about(advice: Advice) -> tuple[str, ...]:
    """The names of the arms that a piece of advice is about."""
    return tuple(str(advice.evidence.get("arms", "")).split(", "))


def _on_verdict(arms: Sequence[ArmReport], verdict: ComparisonVerdict, trials: int) -> list[Advice]:
    best = next(arm for arm in arms if arm.name == verdict.best)
    chosen = recommended(arms, verdict)
    if chosen is not None and (chosen.why.code == "use.none" or not (chosen.by_speed or chosen.arm == best.name)):
        return []  # the fastest is not the one to use: its drafts are worse or dearer
    if not verdict.real:
        done = min(arm.trials_done for arm in arms if arm.name in (verdict.best, verdict.second))
        if done < trials:
            return []
        more = min(TRIALS[-1], max(ENOUGH_TRIALS, 2 * trials))
        evidence: Evidence = {"arms": f"{verdict.best}, {verdict.second}", "trials": trials, "more": more}
        return [Advice("more_trials", evidence, severity="hint")] if more > trials else []
    alike = best.tuning.auto or all(arm.tuning == best.tuning for arm in arms)
    settings = {} if alike else {name: value for name, value in asdict(best.tuning).items() if name != "auto"}
    gain = best.speedup if best.speedup and best.speedup > 1 else None
    return [Advice("use_arm", {"arms": best.name}, gain, "hint", settings)]
