"""Reading profiles, writing reports, colour and width: what commands share about the outside world."""

import os
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import click

MOST_BYTES = 1_000_001  # one more than the reader accepts, so that it can say that a file is too large
MOST_RESULT_BYTES = 64_000_000  # a hundred times the largest result
_INPUTS = "advisor.inputs"
_REPORTS = (".html", ".json", ".md", ".txt", ".xml")  # what a report in a folder that is read may be called


class _Input(click.Path):
    """The name of a file or folder that is read, and that no report may therefore replace."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the name, and keep it in mind."""
        _inputs().append(str(value))
        return super().convert(value, param, ctx)


FILE = _Input(readable=False)  # completes file names; what cannot be read is reported when it is read
OUTPUT = click.Path(readable=False)


def _inputs() -> list[str]:
    """Return the files and folders that this command reads."""
    context = click.get_current_context(silent=True)
    found: list[str] = [] if context is None else context.meta.setdefault(_INPUTS, [])
    return found


def read_input(name: str) -> tuple[bytes, str]:
    """Return the bytes of a file or of standard input (`-`) and the name that messages show."""
    return _read(name, "a profile", MOST_BYTES), "<stdin>" if name == "-" else name


def read_file(name: str, what: str) -> tuple[bytes, str]:
    """Return the bytes of a file or of standard input, and the name that messages show."""
    raw, shown = _read(name, what, MOST_RESULT_BYTES + 1), "<stdin>" if name == "-" else name
    if len(raw) > MOST_RESULT_BYTES:
        raise click.ClickException(f"{shown} is larger than {MOST_RESULT_BYTES:,} bytes, and so is not {what}")
    return raw, shown


def read_result(name: str) -> tuple[str, str]:
    """Return the text of a result, from a file or standard input, and the name that messages show."""
    from advisor.source.yaml_reader import decode

    raw, shown = read_file(name, "a result")
    return decode(raw, shown), shown


@contextmanager
def open_input(name: str) -> Iterator[BinaryIO]:
    """Open a file, or standard input (`-`), to be read piece by piece."""
    if name == "-":
        yield sys.stdin.buffer
        return
    with _named(name, "a file of profiles"):
        file = Path(name).open("rb")  # noqa: SIM115 - closed below
    with file:
        yield file


def _read(name: str, what: str, most: int) -> bytes:
    with _named(name, what):
        if name == "-":
            return sys.stdin.buffer.read(most)
        _inputs().append(name)
        with Path(name).open("rb") as file:
            return file.read(most)


@contextmanager
def _named(name: str, what: str) -> Iterator[None]:
    """Turn errors of the system about an input into messages that name it."""
    try:
        yield
    except FileNotFoundError:
        from advisor.source.problems import near_file

        raise click.ClickException(f"no such file: {name}{near_file(Path(name))}") from None
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
    try:
        # Through a link, which stays one.
        write_whole(Path(os.path.realpath(str(output))), text.encode())
    except OSError as error:
        raise click.ClickException(f"cannot write {output}: {error.strerror or error}") from None


def write_whole(target: Path, content: bytes) -> None:
    """Write a file whole or not at all; the mode of one that exists stays.

    Raises
    ------
    OSError
        Where that is not possible; nothing is left behind.
    """
    with whole_file(target) as file:
        file.write(content)


@contextmanager
def whole_file(target: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that appears, whole, when all has been written; an error leaves nothing behind."""
    if target.exists() and not target.is_file():  # a device or a pipe cannot be replaced by a rename
        with target.open("wb") as file:
            yield file
        return
    import tempfile

    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask()
    handle, part = tempfile.mkstemp(dir=target.parent, prefix=".advisor-", suffix=".part")
    try:
        with open(handle, "wb") as file:  # noqa: PTH123 - it is open already
            yield file
        Path(part).chmod(mode)
        Path(part).replace(target)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


def check_output(output: str | None) -> None:
    """Raise an error where a report could not or must not be written, before work is done for it."""
    if output in (None, "-"):
        return
    target = Path(os.path.realpath(str(output)))
    try:
        if not target.parent.is_dir():
            named = Path(str(output))
            missing = target.parent if named.is_symlink() else named.parent
            raise click.ClickException(f"cannot write {output}: no such folder {missing}")
        if target.is_dir():
            raise click.ClickException(f"cannot write {output}: it is a folder")
        if not os.access(target if target.exists() else target.parent, os.W_OK):
            raise click.ClickException(f"cannot write {output}: permission denied")
    except OSError as error:
        raise click.ClickException(f"cannot write {output}: {error.strerror or error}") from None
    for name in dict.fromkeys(_inputs()):
        if _is_read(name, target):
            raise click.ClickException(f"cannot write {output}: this command reads {name}; name another file")


def _is_read(name: str, target: Path) -> bool:
    """Return whether a file is an input by its name, through links too, or lies in a folder that is one."""
    try:
        if not Path(name).is_dir():
            return target.samefile(name)
        inside = target.is_relative_to(os.path.realpath(name))
        return inside and target.exists() and target.suffix.lower() not in _REPORTS
    except (OSError, ValueError):
        return False


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
    buffer.write(text.encode(encoding, "replace") if sys.stdout.isatty() else text.encode())
    buffer.flush()


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
    if is_short_number(columns) and int(columns) >= 40:
        return min(int(columns), 200)
    if output in (None, "-") and sys.stdout.isatty():
        return max(40, min(os.get_terminal_size(sys.stdout.fileno()).columns, 100))
    return 80


def is_short_number(text: str) -> bool:
    """Return whether a text is a whole number that fits a terminal; `²` is a digit, but no number."""
    return text.isascii() and text.isdigit() and len(text) <= 5


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
        type=FILE,
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
    from advisor.source.extras import MissingExtraError, require

    try:
        require(purpose, needed, extra)
    except MissingExtraError as error:
        raise click.ClickException(str(error)) from None
