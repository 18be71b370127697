"""
Asks again for drafts that lack a word of their slot, at most twice; then keeps them with a flag.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from engine.kinds import MISSING_WORD, ParsedReply, missing_word_flags, missing_words, slot_words
from engine.messages import Message
from engine.spec import RunSpec
from engine.work import Draft, Rejection

MOST_ASKS = 2
"""How often one slot is asked for again for its words, at most."""


class WordCheck:
    """
    The check of a run's target words.

    Args:
        spec: The run's, with its word list.
        retries: Of its Tuning; 0: nothing is asked for again.
    """

    def __init__(self, spec: RunSpec, retries: int) -> None:
        self._spec = spec
        self._most = min(MOST_ASKS, retries)
        self._asked: Counter[int] = Counter()

    def sift(self, reading: ParsedReply) -> ParsedReply:
        """Refuse the drafts that lack words; those that were asked for often enough are kept and flagged."""
        drafts: list[Draft] = []
        rejections = list(reading.rejections)
        for draft in reading.drafts:
            missing = missing_words(draft.content, self._spec, slot_words(self._spec, draft.slot))
            if missing and self._asked[draft.slot.number] < self._most:
                self._asked[draft.slot.number] += 1
                rejections.append(_rejection(draft, missing, self._spec))
                continue
            drafts.append(replace(draft, flags=(*missing_word_flags(missing), *draft.flags)))
        return replace(reading, drafts=tuple(drafts), rejections=tuple(rejections))


def _rejection(draft: Draft, missing: tuple[str, ...], spec: RunSpec) -> Rejection:
    sentence = "refused.missing_blank" if spec.blank_words else "refused.missing_word"
    return Rejection.because(draft.slot, MISSING_WORD, Message(sentence, {"words": list(missing)}))
