"""What a network can do to a run, and what a person sees of it: one line a fault."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine import Tuning
from engine.process import memory_mb
from tests.faults.front import (
    Answer,
    Front,
    after,
    answers_too_late,
    blank_lines,
    bomb,
    endless,
    half_a_gzip,
    portal,
    resets,
    resets_in_the_body,
    says,
    with_headers,
)
from tests.faults.kit import DRAFTS, PLAN, THREES, Mill
from tests.ports import free_port

ONE = Tuning(1, 3, retries=2)
MOST_MB = 64
BOMB_MB = 300


@dataclass(frozen=True)
class Fault:
    """`first`: answers of the first calls. `in_doubt`: calls that may have been billed. `words`: read on the page."""

    title: str
    first: Sequence[Answer]
    words: Sequence[str]
    in_doubt: int = 0
    deadline_s: float = 10.0
    tuning: Tuning = THREES


AFTER = "may have been billed"

PASSING = [
    Fault("reset before the body", [with_headers(), resets], [AFTER, "broken_off"], in_doubt=1, tuning=ONE),
    Fault("reset in the middle of a body", [resets_in_the_body], [AFTER, "broken_off"], in_doubt=1),
    Fault("timeout while the server completes", [answers_too_late(3.0)], [AFTER, "late"], in_doubt=1, deadline_s=2.0),
    Fault("a trickle", [blank_lines(10_000)], [AFTER, "late"], in_doubt=1, deadline_s=2.0),
    Fault("truncated gzip", [half_a_gzip], [AFTER, "broken_off"], in_doubt=1),
    Fault("an endless body", [with_headers(), endless], ["too_large", "10 MB"], in_doubt=1, tuning=ONE),
    Fault("an inflating body", [with_headers(), bomb(BOMB_MB)], ["too_large", "10 MB"], in_doubt=1, tuning=ONE),
    Fault("a captive portal in the middle", [with_headers(), portal], ["no_envelope", "login page"], 1, tuning=ONE),
]


@pytest.mark.parametrize("fault", PASSING, ids=[fault.title for fault in PASSING])
def test_what_breaks_once_is_in_doubt_and_asked_for_once_more(mill: Mill, fault: Fault) -> None:
    """Every draft comes; the broken call is shown in doubt at its upper bound, and repeated once."""
    with Front(mill.practice.base_url, fault.first) as front:
        row = mill.run(mill.job(front.base_url, fault.tuning, fault.deadline_s))
        read = mill.read(row.id)
    assert (row.state, row.totals.drafted, row.totals.in_doubt) == ("done", DRAFTS, fault.in_doubt), read
    assert row.totals.calls <= PLAN + 2
    assert all(word in read for word in fault.words), read
    assert all(call.cost_usd > 0 for call in mill.store.calls.page(row.id) if call.outcome == "in_doubt")
    assert mill.broken() == []


def test_a_deadline_shorter_than_every_answer_is_paid_twice_at_most(mill: Mill) -> None:
    """When every answer comes too late each packet is sent twice and no more, and what that may cost is shown."""
    with Front(mill.practice.base_url, always=answers_too_late(1.0)) as front:
        row = mill.run(mill.job(front.base_url, Tuning(2, 3, retries=5), deadline_s=0.4))
        read = mill.read(row.id)
    assert row.state in ("incomplete", "paused")
    assert row.totals.calls == row.totals.in_doubt <= 2 * PLAN
    assert row.totals.cost_usd > 0 and row.totals.cost_is_estimate
    assert "third time" in read
    assert mill.broken() == []


def _closed_port(_front: Front) -> str:
    return f"http://127.0.0.1:{free_port()}/v1"


def _with_tls(front: Front) -> str:
    return front.base_url.replace("http:", "https:")


def _no_name(_front: Front) -> str:
    return "https://no-such-host.invalid/v1"


UNREACHABLE: list[tuple[str, Callable[[Front], str], str]] = [
    ("DNS", _no_name, "no-such-host.invalid cannot be reached"),
    ("refused", _closed_port, "127.0.0.1 cannot be reached"),
    ("TLS", _with_tls, "127.0.0.1 cannot be reached"),
]


@pytest.mark.parametrize(("address", "words"), [row[1:] for row in UNREACHABLE], ids=[row[0] for row in UNREACHABLE])
def test_what_cannot_be_reached_pauses_the_run_unbilled(
    mill: Mill, address: Callable[[Front], str], words: str
) -> None:
    """An address nobody answers at stops within `concurrency` calls; nothing was sent, nothing is counted."""
    with Front(mill.practice.base_url) as front:
        row = mill.run(mill.job(address(front)))
    assert (row.state, row.totals.calls <= 2, row.totals.cost_usd) == ("paused", True, 0)
    assert words in row.reason and "Check base_url" in row.reason
    assert mill.broken() == []


@pytest.mark.skipif(not shutil.which("openssl"), reason="makes its certificate with openssl")
def test_a_certificate_of_nobodys_pauses_the_run_unsent(mill: Mill, tmp_path: Path) -> None:
    """A server that cannot prove who it is gets neither key nor prompt; the page says what to do."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1"]
    subprocess.run([*make, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    with Front(mill.practice.base_url, tls=tls) as front:
        row = mill.run(mill.job(front.base_url))
        assert (row.state, front.calls, row.totals.cost_usd) == ("paused", 0, 0)
    assert "certificate" in row.reason and "SSL_CERT_FILE" in row.reason


@pytest.mark.parametrize("location", ["https://elsewhere.example.com/v1", "http://169.254.169.254/latest", "/v2"])
def test_a_redirect_pauses_the_run_and_is_not_followed(mill: Mill, location: str) -> None:
    """Wherever an answer points, nothing is sent there; the page says where it pointed."""
    with Front(mill.practice.base_url, always=says(307, b"", location=location)) as front:
        row = mill.run(mill.job(front.base_url))
    assert (row.state, row.totals.calls <= 2) == ("paused", True)
    assert "307" in row.reason and "set base_url" in row.reason
    assert mill.broken() == []


def test_a_captive_portal_pauses_the_run(mill: Mill) -> None:
    """A sign-in page in place of every answer stops within `concurrency` calls and is called by its name."""
    with Front(mill.practice.base_url, always=portal) as front:
        row = mill.run(mill.job(front.base_url))
        front.always = None
        again = mill.resume(row.id)
    assert (row.state, row.totals.calls <= 2) == ("paused", True)
    assert "login page" in row.reason and "Check base_url and the network" in row.reason
    assert (again.state, again.totals.drafted) == ("done", DRAFTS)


def test_offline_in_the_middle_pauses_and_goes_on(mill: Mill) -> None:
    """When the line goes in mid-run nothing is lost and calls are bounded; when it is back, one press ends the run."""
    first = [with_headers(), *[resets] * 4]
    with Front(mill.practice.base_url, first) as front:
        row = mill.run(mill.job(front.base_url, Tuning(1, 3, retries=1)))
        again = row if row.state == "done" else mill.resume(row.id)
    assert (again.state, again.totals.drafted) == ("done", DRAFTS)
    assert row.totals.calls <= 2 * PLAN
    assert mill.broken() == []


@pytest.mark.slow
def test_bad_answers_on_two_of_eight_workers_take_no_memory(mill: Mill) -> None:
    """300 MB that inflate and a trickle, on two of eight workers: under 64 MB of memory, and the other six finish."""
    before_mb = memory_mb()
    first = [with_headers(), after(0.3, bomb(BOMB_MB)), blank_lines(10_000)]  # the first call goes alone
    with Front(mill.practice.base_url, first) as front:
        row = mill.run(mill.job(front.base_url, Tuning(8, 1, retries=2), deadline_s=3.0))
    assert (row.state, row.totals.drafted) == ("done", DRAFTS)
    assert memory_mb() - before_mb < MOST_MB
    assert mill.broken() == []


def test_proxy_variables_do_not_touch_a_local_provider(mill: Mill, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a proxy set for everything, a provider on this machine is still asked directly."""
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    row = mill.run(mill.job())
    assert (row.state, row.totals.calls) == ("done", PLAN)
