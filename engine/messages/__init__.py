"""
The sentences for people, by code: the only place in the engine with text that a person reads.

A function that has something to say returns or raises a `Message`: a code with its values. The English text is made
at the edge (command line, log, exception text); the dashboard translates the template of the same code. A kind's own
messages live in its folder; the registry of kinds adds them with `add`.

    fields     what to do about a field of a form, the command line or a profile
    texts      what to do about a text of one's own
    problems   errors of the store, the export, the providers, the practice provider
    reasons    why a call failed, why a run paused, how a run ended
    advice     what to change about a run
    findings   what the doctor found
"""

from engine.messages.message import (
    NOTHING,
    TEMPLATES,
    Message,
    add,
    as_text,
    read_reason,
    read_values,
    reason_name,
    reason_text,
    values_to_json,
)

__all__ = [
    "NOTHING",
    "TEMPLATES",
    "Message",
    "add",
    "as_text",
    "read_reason",
    "read_values",
    "reason_name",
    "reason_text",
    "values_to_json",
]
