"""What a list of 5,000 words costs a draft: nothing that can be measured beside the checks of its kind."""

from __future__ import annotations

import time
from collections.abc import Iterator
from statistics import median

from benchmarks.kit import Claim
from engine.generate.words import WordCheck
from engine.kinds import ParsedReply, build_prompt, fingerprint, read_reply
from engine.kinds.mapping import Item
from engine.practice.pen import Ask
from engine.practice.wire import items_text
from engine.practice.write import write
from engine.spec import RunSpec, WordList
from engine.work import Packet, pack, plan

DRAFTS = 300
WORDS = 5_000
ROUNDS = 9
MOST = 1.10
"""Two runs of the same spec differ by up to 5 %."""


def claims() -> Iterator[Claim]:
    """Reading, checking and fingerprinting a draft, and asking for it: with a list, and without."""
    plain = RunSpec("cloze", "en", (3,), tuple(f"Topic {n}" for n in range(DRAFTS)))
    words = WordList("all", 1, "\n".join(f"word{n}" for n in range(WORDS)))
    listed = RunSpec("cloze", "en", (3,), plain.topics, words=words, target_words=2, known_words=words)
    pairs = [(_ms(plain), _ms(listed)) for _ in range(ROUNDS)]  # by turns: the machine may slow down meanwhile
    ratio = median(with_list / without for without, with_list in pairs)
    least_ms = min(without for without, _ in pairs)
    measured = f"{ratio:.2f} x of {least_ms:.2f} ms"
    yield Claim(f"a list of {WORDS:,} words: CPU of a draft, with it to without", "<= 1.10 x", measured, ratio <= MOST)


def _ms(spec: RunSpec) -> float:
    packets = [(packet, _reply(packet)) for packet in pack(plan(spec), 1)]
    check = WordCheck(spec, retries=0) if spec.words else None
    started = time.process_time()
    for packet, text in packets:
        build_prompt(spec, packet)
        reading: ParsedReply = read_reply(text, packet, spec)
        made = check.sift(reading) if check else reading
        fingerprint(spec, made.drafts[0].slot, "m")
    return 1000 * (time.process_time() - started) / DRAFTS


def _reply(packet: Packet) -> str:
    slot = packet.slots[0]
    ask = Ask(packet.id_of(slot), "Topic", slot.level, (120, 180), (4, 6))
    item: Item = write("cloze", "en", {}, ask, slot.number, seed=7)
    return items_text([item])
