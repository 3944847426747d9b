"""Entry of the command line: `lantoa …` or `python -m lantoa …`."""

import sys

import stamina.instrumentation

from lantoa import console
from lantoa.app import app
from lantoa.problems import CommandError


def main() -> None:
    """Run one command; a refusal ends it with exit code 1 and its text."""
    stamina.instrumentation.set_on_retry_hooks(())  # only results and problems are printed, no tries
    try:
        app()
    except CommandError as problem:
        console.show_problem(problem, as_json="--json" in sys.argv)
        raise SystemExit(1) from problem


if __name__ == "__main__":
    main()
