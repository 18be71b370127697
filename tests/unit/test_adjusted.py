"""What one run may set otherwise than its provider's profile: address, key, longest reply."""

from __future__ import annotations

import pytest

from engine.errors import SpecError
from engine.providers import Profile, adjusted

URL = "http://127.0.0.1:8000/v1"
PRIVATE = [
    "http://192.168.1.5:8000/v1",
    "http://10.0.0.5/v1",
    "http://box.local:8000/v1",
    "http://gpu:8000/v1",
    "https://172.16.3.4",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_network_needs_its_setting(address: str) -> None:
    """http to a neighbouring machine is allowed where it is asked for, and a public address never."""
    custom = Profile("custom", URL)
    assert adjusted(custom, base_url=address, private_network=True).base_url == address
    with pytest.raises(SpecError):
        adjusted(custom, base_url=address)
    for public in ("http://example.com/v1", "http://8.8.8.8/v1", "http://169.254.169.254/v1"):
        with pytest.raises(SpecError):
            adjusted(custom, base_url=public, private_network=True)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("127.0.0.1:8800/plain/v1", "http://127.0.0.1:8800/plain/v1"),
        ("localhost:1234/v1", "http://localhost:1234/v1"),
        ("api.example.com/v1", "https://api.example.com/v1"),
    ],
)
def test_a_missing_scheme_is_written_out(typed: str, written: str) -> None:
    """The message shows what was typed and what to write."""
    with pytest.raises(SpecError, match=f"{typed}.*{written}"):
        adjusted(Profile("custom", URL), base_url=typed)


def test_no_key_and_max_tokens_are_settings_of_one_run() -> None:
    """An empty key_env asks for no key; max_tokens goes before the estimate."""
    profile = adjusted(Profile("mine", URL, key_env="MINE"), key_env="", max_tokens=3000)
    assert (profile.key_env, profile.max_tokens) == ("", 3000)
    with pytest.raises(SpecError, match="max_tokens"):
        adjusted(profile, max_tokens=1)
