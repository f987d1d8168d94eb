"""`python -m engine` is the `afterpage` command."""

from engine.cli import main

main()
