"""`python -m afterpage` is the `afterpage` command."""

from engine.cli import main

main()
