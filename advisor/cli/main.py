"""Entry point: commands are imported when they are called, and every error has its exit code."""

import os
import sys
from collections.abc import Mapping, Sequence
from io import StringIO
from time import monotonic
from typing import Any, NoReturn

import click

from advisor.cli.choices import Group
from advisor.cli.guard import flushed, guard_streams, stop_on_termination
from advisor.cli.streams import is_short_number
from advisor.version import __version__

BEGAN = monotonic()  # budgets count from here
OK, GATE_FAILED, BAD_INPUT, INTERNAL_ERROR, INTERRUPTED = 0, 1, 2, 3, 130
ISSUES = "https://github.com/model-selection-advisor/advisor/issues"

# name -> (module, attribute, line in --help)
_COMMANDS: Mapping[str, tuple[str, str, str]] = {
    "try": ("trying", "try_", "Answer for a data file: profile, recommendation and measurement in one."),
    "recommend": ("recommend", "recommend", "Recommend a kind of model for a project profile."),
    "baseline": ("baseline", "baseline", "Measure classical models and networks on a data file."),
    "check": ("check", "check", "Check results against gates, for CI."),
    "sweep": ("sweep", "sweep", "Show how the answer changes with one field of a profile."),
    "compare": ("compare", "compare", "Explain, rule by rule, why two answers differ."),
    "init": ("init", "init", "Write a profile by answering a few questions, the most important first."),
    "examples": ("examples", "examples", "List the bundled example profiles, or print one."),
    "rules": ("rules", "rules", "List, show, test and document the rules."),
    "schema": ("schema", "schema", "Print the JSON Schema of a file that advisor reads or prints."),
    "mcp": ("mcp", "mcp", "Offer the commands to coding agents as tools, over standard input and output."),
}


class LazyGroup(Group):
    """A group whose commands are imported only when they run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command."""
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        from importlib import import_module

        module, attribute, _ = _COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(f"advisor.cli.{module}"), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in _COMMANDS.items()])

    def hint(self, name: str, known: list[str]) -> str:
        """Return what to type instead; a profile as the first word wants an answer."""
        if name.endswith((".yaml", ".yml", ".json")):
            return f". To get an answer for a profile: advisor recommend {name}"
        return super().hint(name, known)


_EPILOG = """\b
Exit codes:
  0    success; all gates passed
  1    a gate failed
  2    usage error, invalid profile or rules, unreadable data
  3    internal error: please report it
  130  interrupted"""


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=_EPILOG,
)
@click.version_option(__version__, "-V", "--version", prog_name="advisor", message="%(prog)s %(version)s")
def cli() -> None:
    """Recommend the kind of model that a project needs: classical, deep, pretrained, hybrid, or none at all.

    With data, start with `advisor try data.csv`. Without, `advisor init` writes a profile, which `advisor recommend
    profile.yaml` answers.
    """


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with the code of the contract.

    The process ends without the interpreter's tidying up, which takes longer than writing the report.
    """
    guard_streams()
    stop_on_termination()
    for name in ("COLUMNS", "LINES"):  # libraries take more for a number than they can read
        if not is_short_number(os.environ.get(name, "0")):
            del os.environ[name]
    code = run(arguments)
    os._exit(code if flushed() else BAD_INPUT)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    import gc

    from advisor.source.problems import InputError, shorten

    gc.disable()  # a short process frees its memory by ending
    debug = bool(os.environ.get("ADVISOR_DEBUG"))
    try:
        result: Any = cli.main(
            args=None if arguments is None else list(arguments),
            prog_name="advisor",
            standalone_mode=False,
            obj=list(sys.argv[1:] if arguments is None else arguments),  # what was typed
        )
    except click.exceptions.Exit as stop:
        return int(stop.exit_code)
    except click.Abort:
        return INTERRUPTED
    except KeyboardInterrupt:
        return INTERRUPTED
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else INTERNAL_ERROR
    except click.ClickException as error:
        shown = StringIO()
        error.show(file=shown)
        _complain(shown.getvalue().removesuffix("\n"))
        return BAD_INPUT
    except InputError as error:
        _complain(str(error))
        return BAD_INPUT
    except Exception as error:  # last resort: no traceback reaches the user
        if debug:
            raise
        if isinstance(error, OSError) and _of_the_machine(error):
            named = "" if error.filename is None else f"{shorten(error.filename)}: "
            _complain(f"Error: {named}{error.strerror or error}")
            return BAD_INPUT
        _complain(
            f"advisor: internal error: {type(error).__name__}: {error}\n"
            f"Please report it at {ISSUES} (ADVISOR_DEBUG=1 shows the traceback)."
        )
        return INTERNAL_ERROR
    return result if isinstance(result, int) else OK


def _of_the_machine(error: OSError) -> bool:
    """Return whether an error is of a file that was named, or of a disk, memory or limit that is used up."""
    import errno

    used_up = (
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EFBIG,
        errno.EMFILE,
        errno.ENFILE,
        errno.ENOMEM,
        errno.EIO,
        errno.EROFS,
    )
    return error.filename is not None or error.errno in used_up


def _complain(text: str) -> None:
    encoding = sys.stderr.encoding or "utf-8"
    click.echo(_without_commands(text).encode(encoding, "replace").decode(encoding), err=True)


def _without_commands(text: str) -> str:
    """Return a message in which no name of a file and no word of a user commands a terminal or the log of a CI."""
    from advisor.render.layout.wording import plain

    def risky(line: str) -> bool:
        return line.lstrip().startswith("::") or "##" in line or not line.isprintable()

    return "\n".join(plain(line) if risky(line) else line for line in text.split("\n"))


if __name__ == "__main__":
    main()
