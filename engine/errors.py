"""
What can go wrong, as one tree.

    DraftmillError
      SpecError          a field of the form, the command line or the profile is out of bounds
      StoreError         the database cannot be opened, read or written
        UnknownRun       no run has this id
        RunHeld          another process works on the run
        Unwritable       it cannot be written now: locked, full, read-only
      BudgetError        the money set for a run is spent
      ExportError        drafts cannot be written to a file, or a file of reviews cannot be read
      ProviderError      a call to a provider brought no answer to decide on
        NotSent          DNS, refused, TLS: nothing reached the provider, nothing is billed
          BadCertificate the provider's certificate does not verify
        NoAnswer         the request was written and never answered: it may have been billed
          Late           the call's total deadline passed
        BadAnswer        an answer that is refused while it is read
          TooLarge       more than the cap, or inflating past it
          ForeignRedirect a redirect to another host

A bad item inside a good answer is a Rejection (work.py): data, never an exception.
No message ever holds a key.
"""

from __future__ import annotations


class DraftmillError(Exception):
    """Everything Draftmill raises on purpose."""


class SpecError(DraftmillError):
    """A field is out of bounds; the message names the field, the value and the way out."""

    def __init__(self, field: str, value: object, allowed: str) -> None:
        self.field = field
        self.value = value
        self.allowed = allowed
        super().__init__(f"{field} is {_short(value)}; {allowed}")


class StoreError(DraftmillError):
    """The database cannot be opened, read or written."""


class UnknownRun(StoreError):
    """No run has this id."""

    def __init__(self, run: int) -> None:
        self.run = run
        super().__init__(f"there is no run {run}; list them with: draftmill runs")


class RunHeld(StoreError):
    """Another process works on the run, or was heard of so lately that it may come back to it."""

    def __init__(self, run: int, owner: str, when: str, at: float) -> None:
        self.at = at
        super().__init__(
            f"run {run} is worked on by {owner}; pause it first, or, if that process hangs, resume it after {when}"
        )


class Unwritable(StoreError):
    """The database cannot be written at this moment; nothing is wrong with what was to be written."""


class BudgetError(DraftmillError):
    """The money set for a run is spent."""


class ExportError(DraftmillError):
    """Drafts cannot be written to a file, or a file of reviews cannot be read."""


class ProviderError(DraftmillError):
    """A call to a provider brought no answer to decide on."""

    def __init__(self, provider: str, message: str) -> None:
        self.provider = provider
        self.message = message
        super().__init__(f"{provider}: {message}")


class NotSent(ProviderError):
    """Nothing reached the provider (DNS, refused, TLS handshake), so nothing is billed."""


class BadCertificate(NotSent):
    """The provider's certificate does not verify."""


class NoAnswer(ProviderError):
    """The request was written and never answered: it may have been billed."""


class Late(NoAnswer):
    """The call's total wall-clock deadline passed."""


class BadAnswer(ProviderError):
    """An answer that is refused while it is read."""


class TooLarge(BadAnswer):
    """The answer is larger than the cap, or inflates past it."""


class ForeignRedirect(BadAnswer):
    """The provider redirects to another host; the key does not follow."""


def _short(value: object) -> str:
    if value is None or value == "" or value == ():
        return "empty"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


class Stopped(DraftmillError):
    """The run must pause: `reason` is a short code, the message says what happened and the way out."""

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        super().__init__(message)
