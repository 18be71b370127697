"""
Choices that look random and are not: the same seed and the same names give the same value on every machine.

Python's own `hash` changes from process to process and `random` is one stream that concurrent calls would share, so
every choice is a hash of what it is about.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b


def digest(*names: object) -> int:
    """A whole number of 64 bits that belongs to these names, in this order."""
    text = "/".join(map(str, names))
    return int.from_bytes(blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest(), "big")


def unit(*names: object) -> float:
    """A number in [0, 1) that belongs to these names."""
    return (digest(*names) >> 11) / (1 << 53)


def alternative(index: int, beat: int, p: int, mask: int = 0, lap: int = 0) -> int:
    """
    Which of a beat's `p` alternatives the draft `index` takes: distinct drafts share few sentences, by construction.

    The base-p digits of `index` are the coefficients of a polynomial, and beat j takes its value at j modulo p (a
    Reed-Solomon code). Two drafts below p^3 differ by a polynomial of degree two at most, so they agree in at most two
    beats. `mask` is the same for all drafts of a seed and cancels out between them.

    Args:
        index: The draft's number, from 0.
        beat: The beat's place, from 0; fewer beats than p.
        p: A prime: how many alternatives each beat has.
        mask: Any number: shifts this beat for a seed, so that two seeds do not write the same drafts.
        lap: How often this text has been through its beats before. A power of two is no polynomial of a low degree, so
            the second lap of one draft does not repeat the first lap of another.
    """
    value = 0
    for digit in _digits(index, p):
        value = value * beat + digit
    return (value + mask + lap * pow(2, beat, p)) % p


@lru_cache(maxsize=64)
def _digits(index: int, p: int) -> tuple[int, ...]:
    """The digits of `index` in base p, the highest first."""
    digits = []
    while index:
        index, digit = divmod(index, p)
        digits.append(digit)
    return tuple(reversed(digits))


@lru_cache(maxsize=4096)
def beat_mask(seed: int, text: str, beat: int) -> int:
    """The shift of one beat of one sort of text under a seed."""
    return digest(seed, "mask", text, beat)
