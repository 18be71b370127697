"""
The options that several commands share. `reading` makes a Job of their texts; `overrides` groups those of a provider.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.spec import kind_names, one_of

Kind = Annotated[str, typer.Option(help=f"{one_of(kind_names())}.")]
Lang = Annotated[str, typer.Option(help="en, ja or zh.")]
Levels = Annotated[str, typer.Option(help="1 to 6, such as 3,4 or 2-4.")]
TopicsFile = Annotated[
    Path | None, typer.Option(help="A text file with one topic per line; - reads standard input.", allow_dash=True)
]
TopicsAsTyped = Annotated[bool, typer.Option(help="Take every line of the topics file as it is.")]
TextFiles = Annotated[
    list[Path],
    typer.Option(
        help="A text of your own (TXT, MD, SRT, DOCX) to make drafts from; may be repeated; - reads standard input.",
        allow_dash=True,
    ),
]
FromText = Annotated[
    list[str], typer.Option(help="A stored text, as `draftmill texts` lists it; 7:1-3,5 names some of its passages.")
]
FromRun = Annotated[int | None, typer.Option(help="Make drafts from the approved drafts of this run.")]
PerCombo = Annotated[int, typer.Option(help="Drafts per topic and level.")]
Provider = Annotated[str, typer.Option(help="A provider of the catalog.")]
Model = Annotated[str, typer.Option(help="Default: the provider's.")]
BaseUrl = Annotated[str | None, typer.Option(help="Any OpenAI-compatible server.")]
ApiKeyEnv = Annotated[str | None, typer.Option(help="Name of the variable that holds the key.")]
NoKey = Annotated[bool, typer.Option("--no-key", help="Send no key: for a server that asks for none.")]
PrivateNetwork = Annotated[
    bool,
    typer.Option("--private-network", help="Allow http and private addresses, such as http://192.168.1.5:8000/v1."),
]
MaxTokens = Annotated[int | None, typer.Option(help="max_tokens of every request; default: estimated.")]
Temperature = Annotated[float, typer.Option(help="0 to 2.")]
Option = Annotated[list[str], typer.Option(help="NAME=VALUE of the kind, such as genre=news.")]
ExplainIn = Annotated[
    str | None, typer.Option(help="Language of hints and explanations: a BCP-47 tag such as pt-BR, or a name.")
]
TranslateTo = Annotated[str | None, typer.Option(help="Ask for a translation into this language in the same call.")]
LevelCheck = Annotated[
    str | None,
    typer.Option(
        help="Percent of words above the level for a note, a flag and another try; default: 5,15,30; 100: never."
    ),
]
Rpm = Annotated[int | None, typer.Option(help="Requests per window that the provider allows; 0: unknown.")]
Tpm = Annotated[int | None, typer.Option(help="Tokens per window that the provider allows; 0: unknown.")]
MaxInFlight = Annotated[int | None, typer.Option(help="Parallel requests that it allows; 0: unknown.")]
Shape = Annotated[str | None, typer.Option(help="The limit's shape: window or even.")]
WindowS = Annotated[float | None, typer.Option(help="The limit's window in seconds; default 60.")]
BudgetUsd = Annotated[float | None, typer.Option(help="Budget of the run; default: none.")]
BudgetDayUsd = Annotated[
    float | None,
    typer.Option(help="Daily budget of all runs on this provider, from midnight to midnight; default: none."),
]
DeadlineS = Annotated[float | None, typer.Option(help="Request timeout, in seconds.")]
Database = Annotated[
    str | None,
    typer.Option(envvar="DRAFTMILL_DATABASE", help="File or URL of the database; default: in the data folder."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, one last line.")]
Wait = Annotated[
    bool, typer.Option("--wait", help="Wait and retry while the provider is down, instead of ending paused.")
]
RecipeFile = Annotated[
    Path | None,
    typer.Option("--recipe", help="A TOML file that says what to make; options replace its values.", allow_dash=True),
]
RunId = Annotated[int, typer.Argument(metavar="RUN", help="The run's number, as `draftmill runs` lists it.")]
