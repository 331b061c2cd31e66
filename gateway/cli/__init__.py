"""The command line: ``motcua``."""

from __future__ import annotations

import sys

import typer
from typer.exceptions import TyperException

from gateway.cli.environment import load_environment
from gateway.cli.problem import Problem

app = typer.Typer(
    name="motcua",
    help="Trợ lý một cửa và cổng thông báo.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _commands() -> None:
    """Without it, a command that was loaded alone would be the whole program."""


def main() -> None:
    """Run a command; bad input ends with status 2 and one line that says what to mend."""
    from gateway.cli import commands

    commands.load(sys.argv[1] if len(sys.argv) > 1 else None)

    try:
        load_environment()
        code = app(standalone_mode=False)
    except Problem as problem:
        print(f"motcua: {problem}", file=sys.stderr)
        sys.exit(2)
    except TyperException as error:
        print(f"motcua: {error.format_message()}", file=sys.stderr)
        sys.exit(2)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:
        from gateway.cli.trouble import lines_about

        if not (lines := lines_about(error)):
            raise
        for line in lines:
            print(f"motcua: {line}", file=sys.stderr)
        sys.exit(2)
    sys.exit(code if isinstance(code, int) else 0)
