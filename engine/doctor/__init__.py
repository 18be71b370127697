"""
The doctor: the guide's four questions (is the token valid, is there quota, is the network stable, is the database
sound) answered by real checks, each with its figure and what to do.

    findings   what a check found, and what to make of its figures                    pure
    provider   asking a provider: its account, its models list, five timed calls
    machine    the database, the memory, the versions
    examination all of it side by side, each with a deadline of its own
"""

from engine.doctor.examination import Report, examine, providers_to_ask
from engine.doctor.findings import Finding, worst

__all__ = [
    "Finding",
    "Report",
    "examine",
    "providers_to_ask",
    "worst",
]
