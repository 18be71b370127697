"""`python -m engine.cli`: the same as `draftmill`."""

from engine.cli.main import main

main()
