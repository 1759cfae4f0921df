"""Reading profiles, writing reports, colour and width: what commands share about the outside world."""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

FILE = click.Path(readable=False)  # completes file names; what cannot be read is reported when it is read
MOST_BYTES = 1_000_001  # one more than the reader accepts, so that it can say that a file is too large


def read_input(name: str) -> tuple[bytes, str]:
    """Return the bytes of a file or of standard input (`-`) and the name that messages show."""
    if name == "-":
        return sys.stdin.buffer.read(MOST_BYTES), "<stdin>"
    return _read(name, "a profile", MOST_BYTES), name


def read_file(name: str, what: str) -> tuple[bytes, str]:
    """Return the bytes of a file of any size or of standard input, and the name that messages show."""
    if name == "-":
        return sys.stdin.buffer.read(), "<stdin>"
    return _read(name, what, -1), name


def read_text(name: str, what: str) -> str:
    """Return the text of a file; `what` it should be is said where it is a folder."""
    return _read(name, what, -1).decode("utf-8", "replace")


def read_result(name: str) -> tuple[str, str]:
    """Return the text of a result of any size, from a file or standard input, and the name that messages show."""
    from advisor.source.yaml_reader import decode

    raw, shown = read_file(name, "a result")
    return decode(raw, shown), shown


def _read(name: str, what: str, most: int) -> bytes:
    try:
        with Path(name).open("rb") as file:
            return file.read(most)
    except FileNotFoundError:
        raise click.ClickException(f"no such file: {name}") from None
    except IsADirectoryError:
        raise click.ClickException(f"{name} is a folder, not {what}") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise click.ClickException(f"cannot read {name}: {reason}") from None


def write_report(text: str, output: str | None) -> None:
    """Write a report to standard output or, whole or not at all, to a file."""
    if output in (None, "-"):
        _write_stdout(text)
        return
    check_output(output)
    target = Path(str(output))
    if target.exists() and not target.is_file():  # a device or a pipe cannot be replaced by a rename
        target.write_bytes(text.encode())
        return
    import tempfile

    try:
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as part:
            part.write(text.encode())
        Path(part.name).chmod(0o666 & ~_umask())
        Path(part.name).replace(target)
    except OSError as error:
        raise click.ClickException(f"cannot write {output}: {error.strerror or error}") from None


def check_output(output: str | None) -> None:
    """Raise an error where a report could not be written, before work is done for it."""
    if output in (None, "-"):
        return
    target = Path(str(output))
    if not target.parent.is_dir():
        raise click.ClickException(f"cannot write {output}: no such folder {target.parent}")
    if target.is_dir():
        raise click.ClickException(f"cannot write {output}: it is a folder")
    if not os.access(target if target.exists() else target.parent, os.W_OK):
        raise click.ClickException(f"cannot write {output}: permission denied")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _write_stdout(text: str) -> None:
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None:
        sys.stdout.write(text)
        return
    encoding = sys.stdout.encoding or "utf-8"
    try:
        buffer.write(text.encode(encoding, "replace") if sys.stdout.isatty() else text.encode())
        buffer.flush()
    except BrokenPipeError:
        # The reader has seen enough (`| head`); what is left is flushed into nothing at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def use_color(choice: str, output: str | None) -> bool:
    """Return whether to colour: --color, NO_COLOR, FORCE_COLOR, then whether stdout is a terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return output in (None, "-") and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def text_width(output: str | None) -> int:
    """Return the width for text: the terminal's (at most 100), else 80; COLUMNS overrides."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdigit() and int(columns) >= 40:
        return min(int(columns), 200)
    if output in (None, "-") and sys.stdout.isatty():
        return max(40, min(os.get_terminal_size(sys.stdout.fileno()).columns, 100))
    return 80


def cache_folder() -> Path | None:
    """Return where the parsed rules are kept between calls; None where no home is known."""
    if os.environ.get("ADVISOR_CACHE_DIR"):
        return Path(os.environ["ADVISOR_CACHE_DIR"])
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    return base / "model-selection-advisor"


def rules_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--rules DIR`, repeatable."""
    return click.option(
        "--rules",
        "rule_folders",
        multiple=True,
        metavar="DIR",
        help="A folder of rules that adds to the bundled ones or overrides them by id; repeatable.",
    )(command)


def known_words(
    ctx: click.Context,
    parameter: click.Parameter,
    value: str | None,
    allowed: Sequence[str],
    noun: str = "value",
    offer: str = "one of",
) -> tuple[str, ...]:
    """Return the words of a comma-separated option, each of which must be allowed; none where it was not given."""
    from advisor.source.problems import did_you_mean

    if value is None:
        return ()
    words = tuple(word.strip() for word in value.split(",") if word.strip())
    if not words:
        raise click.BadParameter(f"no {noun} given", ctx, parameter)
    for word in words:
        if word not in allowed:
            near = did_you_mean(word, allowed) or f"{offer} {', '.join(allowed)}"
            raise click.BadParameter(f"unknown {noun} '{word}'; {near}", ctx, parameter)
    return words


def require_packages(purpose: str, needed: Sequence[str], extra: str) -> None:
    """Raise an error that names the packages missing for a purpose and the extra that installs them."""
    from importlib.util import find_spec

    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        # Not by the distribution's name: it is not on PyPI, and `advisor` there is somebody else's.
        cuda = "; [baseline] instead brings XGBoost with CUDA" if extra == "baseline-cpu" else ""
        raise click.ClickException(
            f"{purpose} needs packages that are not installed ({', '.join(missing)}); in a checkout of advisor: "
            f'pip install ".[{extra}]"{cuda}'
        )
