"""
The form of a call, and what a run does differently once its provider has refused the usual form.

Pure values. What a refusal means is decided in engine.generate.adapting; the body is written by `payload`.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.providers.profile import Profile

SCHEMA, OBJECT, NONE = "json_schema", "json_object", ""
_PREFERRED = {"schema": (SCHEMA, OBJECT, NONE), "object": (OBJECT, SCHEMA, NONE), "none": (NONE,)}


@dataclass(frozen=True, slots=True)
class Adaptations:
    """
    What a provider does not take; each is learned once and holds for the rest of the run.

    `max_tokens`: the most it takes; `max_items`: the most items a call may ask for; `thinking_tokens`: added to every
    call's max_tokens, because the model thinks before it answers.
    """

    refused_formats: frozenset[str] = frozenset()
    completion_tokens: bool = False
    """It takes max_completion_tokens in place of max_tokens."""
    no_temperature: bool = False
    max_tokens: int | None = None
    max_items: int | None = None
    thinking_tokens: int = 0

    def joined(self, other: Adaptations) -> Adaptations:
        """Both together; the lower of two bounds."""
        return Adaptations(
            self.refused_formats | other.refused_formats,
            self.completion_tokens or other.completion_tokens,
            self.no_temperature or other.no_temperature,
            _lower(self.max_tokens, other.max_tokens),
            _lower(self.max_items, other.max_items),
            max(self.thinking_tokens, other.thinking_tokens),
        )

    def response_format(self, profile: Profile, has_schema: bool) -> str:
        """How JSON is asked for: json_schema, json_object or "" (by the prompt alone)."""
        for form in _PREFERRED[profile.json_mode]:
            if form not in self.refused_formats and (form != SCHEMA or has_schema):
                return form
        return NONE

    def allowed(self, max_tokens: int) -> int:
        """The max_tokens to send for a call that needs so many for its text."""
        return _lower(max_tokens + self.thinking_tokens, self.max_tokens) or max_tokens


USUAL = Adaptations()


@dataclass(frozen=True, slots=True)
class CallForm:
    """
    How one call was asked.

    `items` slots with at most `max_tokens`, of which the text needs about `needed`; `is_raised`: twice the usual,
    because an earlier answer was cut off; `adapted` was known when it was sent.
    """

    items: int = 1
    max_tokens: int = 0
    needed: int = 0
    response_format: str = OBJECT
    temperature: bool = True
    adapted: Adaptations = USUAL
    is_raised: bool = False


ONE_DRAFT = CallForm()


def _lower(one: int | None, other: int | None) -> int | None:
    return min((value for value in (one, other) if value is not None), default=None)
