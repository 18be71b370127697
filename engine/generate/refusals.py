"""
How providers word a refusal: the patterns that tell one kind of limit from another.
"""

from __future__ import annotations

import re

from engine.messages import Message
from engine.providers.reply import Reply

_LASTS = r"insufficient.quota|per.?(?:day|week|month)|daily|weekly|monthly|\b[rt]pd\b|usage limit|每日|每天|每月"
QUOTA = re.compile(rf"current.quota|quota.exhausted|{_LASTS}", re.IGNORECASE)
LASTING = re.compile(_LASTS, re.IGNORECASE)
DAILY = re.compile(r"per.?day|\bdaily|\b[rt]pd\b|每日|每天", re.IGNORECASE)
BALANCE = re.compile(
    r"insufficient.?(?:account.?)?(?:balance|credit|fund)|(?:out of|no|not enough) (?:balance|credits?)\b"
    r"|(?:balance|credits?) (?:is |are )?(?:too low|not enough|exhausted|used up)|余额不足|欠费|残高",
    re.IGNORECASE,
)
PER_MINUTE = re.compile(r"per.?min|\b[rt]pm\b", re.IGNORECASE)
BUDGET = re.compile(
    r"budget.?(?:has been |was )?exceeded|exceeded.?budget|over (?:its |the |your )?budget", re.IGNORECASE
)
IN_FLIGHT = re.compile(
    r"in.flight|concurren|simultaneous|parallel|(?:pending|active|outstanding|open|running) requests|being processed"
    r"|at (?:once|a time|the same time)|queue (?:is )?full|no (?:free )?slots?\b|并发|同时|同時",
    re.IGNORECASE,
)
KEY = re.compile(
    r"api.?key.{0,20}(?:not valid|not found|invalid|expired|incorrect|missing|revoked)"
    r"|(?:invalid|incorrect|expired|missing|revoked) (?:proxy server |access |auth\w* )?(?:api.?key|token)\b",
    re.IGNORECASE,
)
MODERATION = re.compile(
    r"moderation|content.?(?:filter|policy)|responsible.?ai|data.?inspection|inappropriate content"
    r"|(?:un|not )safe content|敏感(?:内容|信息|词)|违规内容|内容.{0,6}违规|不当内容",
    re.IGNORECASE,
)
SUSPENDED = re.compile(
    r"(?:account|organi[sz]ation|project|user|key)\b.{0,30}(?:suspended|deactivated|disabled|blocked|frozen|banned|terminated)"
    r"|(?:账号|账户|帐号|帐户).{0,8}(?:冻结|封禁|停用|禁用)",
    re.IGNORECASE,
)
NO_ENDPOINT = re.compile(
    r"page not found|method not allowed|cannot (?:post|get)|no (?:such )?route"
    r"|(?:unknown|invalid|unsupported) (?:url|path|endpoint)"
    r"|^\W*(?:404)?\W*(?:not found|no static resource|resource not found)\W*$",
    re.IGNORECASE,
)

SHORTEST_DAY_S = 600.0  # a quota of a day that names less does not mean its end


def matches(pattern: re.Pattern[str], reply: Reply) -> bool:
    """Whether a refusal's code, details or message fit a pattern."""
    return any(pattern.search(text) for text in (reply.error_code, reply.error_details, reply.error_message))


def because(code: str, reply: Reply) -> Message:
    """The message of this code, with what the provider answered."""
    text = reply.error_message or reply.error_code
    if not text:
        return Message(code, {"said": Message("provider_answers_status", {"status": reply.status})})
    return Message(code, {"said": Message("provider_answers", {"status": reply.status, "said": text.rstrip(".。 ")})})


def duration(seconds: float) -> Message:
    """A span of time for people."""
    if seconds < 120:
        return Message("seconds", {"n": seconds})
    return Message("minutes", {"n": seconds / 60}) if seconds < 7200 else Message("hours", {"n": seconds / 3600})


def resets(reply: Reply) -> Message:
    """When a quota opens again: a wait of seconds is no end of a day (Google sends one with every refusal)."""
    wait_s = reply.retry_after_s
    if matches(DAILY, reply) and (wait_s or 0.0) < SHORTEST_DAY_S:
        return Message("resets_daily")
    return Message("resets_in", {"wait": duration(wait_s)}) if wait_s else Message("resets_unknown")
