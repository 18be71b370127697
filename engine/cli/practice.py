"""
`draftmill practice`: the practice provider alone, for scripts, other clients and tests.
"""

from __future__ import annotations

from typing import Annotated

import typer

from engine.errors import SpecError
from engine.practice import PracticeSettings
from engine.practice.server import serve
from engine.practice.settings import parse_fault


def practice(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0: a free one.")] = 8790,
    seed: Annotated[int, typer.Option(help="Two servers with one seed write the same drafts.")] = 0,
    base_ms: Annotated[float, typer.Option(help="Latency of a call...")] = 1200.0,
    item_ms: Annotated[float, typer.Option(help="... and of each item in it.")] = 250.0,
    jitter: Annotated[float, typer.Option(help="The latency varies by this share, 0 to 1.")] = 0.2,
    rpm: Annotated[int, typer.Option(help="Calls accepted in a window; 0: no limit.")] = 0,
    window_s: Annotated[float, typer.Option(help="The window, in seconds.")] = 60.0,
    shape: Annotated[str, typer.Option(help="window (bursts allowed) or even.")] = "window",
    max_in_flight: Annotated[int, typer.Option(help="Calls answered at one time; 0: no limit.")] = 0,
    retry_after: Annotated[bool, typer.Option(help="A 429 reply has a Retry-After header.")] = True,
    fault: Annotated[list[str], typer.Option(help="NAME=SHARE, such as 503=0.05; may be given again.")] = [],  # noqa: B006
    time_scale: Annotated[float, typer.Option(help="All waits and windows run this much faster.")] = 1.0,
    key_env: Annotated[str, typer.Option(help="Name of the variable with the key every call must carry.")] = "",
) -> None:
    """Run the practice provider, an OpenAI-compatible server on 127.0.0.1, until Ctrl-C."""
    faults: dict[str, float] = {}
    for text in fault:
        name, share = parse_fault(text)
        if name in faults:
            raise SpecError("fault", name, "fault_once")
        faults[name] = share
    settings = PracticeSettings.from_json(
        {
            "seed": seed,
            "base_ms": base_ms,
            "item_ms": item_ms,
            "jitter": jitter,
            "rpm": rpm,
            "window_s": window_s,
            "shape": shape,
            "max_in_flight": max_in_flight,
            "retry_after": retry_after,
            "faults": faults,
            "time_scale": time_scale,
            "key_env": key_env,
        }
    )
    serve(settings, port)
