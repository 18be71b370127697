"""
What can go wrong, as one tree. Every error is a code with values; its text comes from the catalogue of messages.

    DraftmillError
      SpecError          a field of the form, the command line or the profile is out of bounds
      StoreError         the database cannot be opened, read or written
        UnknownRun       no run has this id
        RunHeld          another process works on the run
        Unwritable       it cannot be written now: locked, full, read-only
          Moved          its file was moved, deleted or replaced while it was used
      BudgetError        the money set for a run is spent
      ExportError        drafts cannot be written to a file, or a file of reviews cannot be read
      ProviderError      a call to a provider failed before there was a reply
        NotSent          DNS, refused, TLS: nothing reached the provider, nothing is billed
          BadCertificate the provider's certificate does not verify
        NoAnswer         the request was written and never answered: it may have been billed
          Late           the call's total deadline passed
        BadAnswer        a reply that is refused while it is read
          TooLarge       more than the cap, or inflating past it
          UnknownEncoding compressed in a way that was not asked for
          ForeignRedirect a redirect to another host
      Stopped            the run must pause

A bad item inside a good reply is a Rejection (work.py): data, never an exception.
No message ever holds a key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.messages import Message

HIDDEN = "(hidden)"
"""The value of a field that is not shown, because it may hold a key."""


class DraftmillError(Exception):
    """
    Everything Draftmill raises on purpose.

    Args:
        code: A code of the catalogue (engine.messages).
        values: What the template of the code needs.
    """

    def __init__(self, code: str, /, **values: object) -> None:
        super().__init__(code)
        self.message = Message(code, values)

    def __str__(self) -> str:
        return str(self.message)


class SpecError(DraftmillError):
    """
    A field is out of bounds; the text names the field, its value and what to do.

    Args:
        field: The field's name.
        value: The value that was refused.
        code: What to do, as a code of the catalogue.
        values: What the template of the code needs.
    """

    def __init__(self, field: str, value: object, code: str, /, **values: object) -> None:
        self.field = field
        self.value = value
        self.fix = Message(code, values)
        super().__init__("field_error", field=field, value=_shown(value), fix=self.fix)

    @property
    def allowed(self) -> str:
        """What to do, in English."""
        return str(self.fix)

    def renamed(self, field: str) -> SpecError:
        """The same error of a field with another name."""
        return SpecError(field, self.value, self.fix.code, **self.fix.values)

    def to_json(self) -> dict[str, object]:
        """Plain JSON, for a reply."""
        value = self.value if isinstance(self.value, str | int | float | bool | None) else str(self.value)
        fix = self.fix.to_json()
        return {"field": self.field, "value": value, "allowed": self.allowed, "message": str(self), "fix": fix}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> SpecError:
        """Read back what `to_json` wrote."""
        fix = Message.from_json(raw["fix"])
        return cls(raw["field"], raw["value"], fix.code, **fix.values)


class StoreError(DraftmillError):
    """The database cannot be opened, read or written."""


class UnknownRun(StoreError):
    """No run has this id."""

    def __init__(self, run: int) -> None:
        self.run = run
        super().__init__("unknown_run", run=run)


class RunHeld(StoreError):
    """Another process works on the run, or worked on it so recently that it may come back."""

    def __init__(self, run: int, owner: Message, when: str, at: float) -> None:
        self.at = at
        super().__init__("run_held", run=run, owner=owner, when=when)


class Unwritable(StoreError):
    """The database cannot be written at this moment; nothing is wrong with what was to be written."""


class Moved(Unwritable):
    """The database file was moved, deleted or replaced while it was used: waiting does not help."""


class BudgetError(DraftmillError):
    """The money set for a run is spent."""


class ExportError(DraftmillError):
    """Drafts cannot be written to a file, or a file of reviews cannot be read."""


class ProviderError(DraftmillError):
    """
    A call to a provider failed before there was a reply.

    Args:
        provider: The provider's name.
        code: What happened, as a code of the catalogue.
        values: What the template of the code needs.
    """

    def __init__(self, provider: str, code: str, /, **values: object) -> None:
        self.provider = provider
        self.problem = Message(code, values)
        super().__init__("provider_error", provider=provider, problem=self.problem)


class NotSent(ProviderError):
    """Nothing reached the provider (DNS, refused, TLS handshake), so nothing is billed."""


class BadCertificate(NotSent):
    """The provider's certificate does not verify."""


class NoAnswer(ProviderError):
    """The request was written and never answered: it may have been billed."""


class Late(NoAnswer):
    """The call's total wall-clock deadline passed."""


class BadAnswer(ProviderError):
    """A reply that is refused while it is read."""


class TooLarge(BadAnswer):
    """The reply is larger than the cap, or inflates past it."""


class UnknownEncoding(BadAnswer):
    """The answer is compressed in a way that was not asked for: it cannot be read, and may have been billed."""


class ForeignRedirect(BadAnswer):
    """The provider redirects to another host; the key does not follow."""


class Stopped(DraftmillError):
    """The run must pause; the message says why and what to do."""

    @classmethod
    def because(cls, message: Message) -> Stopped:
        """The same with a message that is made already."""
        return cls(message.code, **message.values)


def _shown(value: object) -> object:
    """A value as people read it: text in quotes, at most 60 characters."""
    if isinstance(value, Message):
        return value
    if value == HIDDEN:
        return Message("hidden")
    if value is None or value == "" or value == ():
        return Message("empty")
    try:
        text = repr(value) if isinstance(value, str) else str(value)
    except RecursionError:  # a table in a table in a table ...
        text = "..."
    return text if len(text) <= 60 else text[:57] + "..."
