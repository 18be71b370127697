"""
Which addresses a provider may have: https anywhere public, http only on this machine.

The key travels with every call, so the address is checked before it is used. The system resolves host names.
"""

from __future__ import annotations

import ipaddress
import re
import urllib.request
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

from engine.errors import HIDDEN, SpecError
from engine.messages import Message

FIELD = "base_url"
LONGEST = 300
ENDPOINT = "/chat/completions"
_HOST_NAME = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9._:-]{1,253}", re.IGNORECASE)
_NO_SCHEME = re.compile(r"(?!https?:)[a-z0-9._-]{1,253}(?::\d{1,5})?(?:/[\w./~-]*)?", re.IGNORECASE)
_PRIVATE = tuple(
    ipaddress.ip_network(one) for one in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)
_NAT64 = tuple(ipaddress.ip_network(one) for one in ("64:ff9b::/96", "64:ff9b:1::/48", "::/96"))
_NUMERIC_LABEL = re.compile(r"\d+|0x[0-9a-f]*", re.IGNORECASE)


def check_base_url(base_url: str, *, private_network: bool = False) -> str:
    """
    Check a provider's address.

    Args:
        base_url: As it was typed.
        private_network: Also allow http, and addresses, of a private network.

    Returns:
        The address without the slashes at its end.

    Raises:
        SpecError: it is not https (http is for loopback only), names a private host, or holds a user name, a
            password, a query or a fragment. The message shows neither of these: they may be secrets.
    """
    if not isinstance(base_url, str) or not base_url or len(base_url) > LONGEST:
        raise SpecError(FIELD, base_url, "address_form")
    if not base_url.isascii() or re.search(r"[\s\x00-\x1f\x7f\\<>\"]", base_url):
        raise SpecError(FIELD, HIDDEN, "address_odd")
    if _NO_SCHEME.fullmatch(base_url):
        raise SpecError(FIELD, base_url, "address_scheme", address=_with_scheme(base_url))
    parts = _split(base_url)
    host = parts.hostname or ""
    has_secret = parts.username is not None or parts.password is not None or parts.query or parts.fragment
    shown = f"{parts.scheme}://{f'[{host}]' if ':' in host else host}" if has_secret else base_url
    if not host or parts.scheme not in ("http", "https"):
        raise SpecError(FIELD, shown, "address_form")
    if parts.username is not None or parts.password is not None:
        raise SpecError(FIELD, shown, "address_password")
    if parts.query or parts.fragment:
        raise SpecError(FIELD, shown, "address_query")
    if parts.path.rstrip("/").endswith(ENDPOINT):
        raise SpecError(FIELD, shown, "address_endpoint", endpoint=ENDPOINT)
    _check_host(parts.scheme, host, shown, private_network)
    return base_url.rstrip("/")


def is_loopback(host: str) -> bool:
    """True for this machine: localhost, 127.0.0.0/8 and ::1, written out."""
    address = _address(host)
    return host.lower() == "localhost" if address is None else address.is_loopback


def is_address(host: str) -> bool:
    """Whether a host is an IP address, not a name."""
    return _address(host) is not None


def is_outside(address: str) -> bool:
    """Whether an IP address leads to the internet, not to this machine or a private network."""
    target = _target(address)
    return target is not None and target.is_global


@lru_cache(maxsize=64)  # every call asks it, to know what it costs
def is_public(base_url: str) -> bool:
    """Whether an address that was checked names neither this machine nor one of a private network, as it is written."""
    host = (urlsplit(base_url).hostname or "").rstrip(".")
    return not is_loopback(host) and not _is_private(host)


def same_host(one: str, other: str) -> bool:
    """True when two addresses name one scheme, host and port: a key for one may go to the other."""
    first, second = urlsplit(one), urlsplit(other)
    return (first.scheme, first.netloc.lower()) == (second.scheme, second.netloc.lower())


def _split(base_url: str) -> SplitResult:
    try:
        parts = urlsplit(base_url)
        _ = parts.port  # a port that is no number is noticed here, and nowhere else
    except ValueError:
        raise SpecError(FIELD, HIDDEN, "address_none") from None
    return parts


def address_advice(base_url: str) -> Message:
    """What to write where nothing answers under an address."""
    if re.search(r"/v\d+\w*(?:/|$)", urlsplit(base_url).path):
        return Message("address_path")
    return Message("address_scheme", {"address": f"{base_url.rstrip('/')}/v1"})


def _with_scheme(typed: str) -> str:
    host = typed.partition("/")[0].rpartition(":")[0] or typed.partition("/")[0]
    return f"{'http' if is_loopback(host) or _is_private(host) else 'https'}://{typed}"


def _is_private(host: str) -> bool:
    """A plain address of a private network, or a name that only such a network knows."""
    address = _target(host)
    if address is None:
        return host.lower().endswith((".local", ".lan", ".internal", ".home.arpa")) or (
            "." not in host and not _NUMERIC_LABEL.fullmatch(host)
        )
    return any(address in network for network in _PRIVATE if network.version == address.version)


def _check_host(scheme: str, host: str, shown: str, private_network: bool) -> None:
    if is_loopback(host) or (private_network and _HOST.fullmatch(host) and _is_private(host)):
        return
    if scheme == "http":
        raise SpecError(FIELD, shown, "address_http")
    address = _target(host)
    if address is None and not _HOST_NAME.fullmatch(host):
        raise SpecError(FIELD, shown, "address_host")
    if address is not None and not address.is_global:
        raise SpecError(FIELD, shown, "address_private")
    # 2130706433, 0x7f.1 and 127.1 are addresses to a resolver, and none to ipaddress.
    if address is None and _NUMERIC_LABEL.fullmatch(host.rstrip(".").rpartition(".")[2]):
        raise SpecError(FIELD, shown, "address_short")


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _target(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Where an address leads: the IPv4 address inside one of 6to4, Teredo or NAT64, or of the oldest form."""
    address = _address(host)
    if not isinstance(address, ipaddress.IPv6Address):
        return address
    if address.sixtofour or address.teredo:
        return address.sixtofour or (address.teredo and address.teredo[1])
    if any(address in network for network in _NAT64) and int(address) > 1:  # ::1 is this machine
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def proxy_of(base_url: str) -> str | None:
    """
    The proxy that the environment names for an address; None: the address is reached directly.

    Raises:
        SpecError: HTTPS_PROXY is not an http address.
    """
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    address = urllib.request.getproxies().get(parts.scheme)
    if not address or is_loopback(host) or urllib.request.proxy_bypass(host):
        return None
    if not address.startswith("http://"):
        scheme = address.partition("://")[0] if "://" in address else "none"
        raise SpecError("HTTPS_PROXY", Message("proxy_of_scheme", {"scheme": scheme}), "proxy_scheme")
    return address
