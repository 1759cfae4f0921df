"""Sentences and numbers in plain words, shared by every format that people read."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from advisor.reports.recommendation import RELATIVE_ERROR

NAMES: Mapping[str, str] = {
    "none": "no learning",
    "classical": "classical learning",
    "hybrid": "hybrid",
    "transfer": "pretrained network",
    "deep": "own network",
}
# As they stand in a sentence.
NOUNS: Mapping[str, str] = {
    **NAMES,
    "hybrid": "a hybrid",
    "transfer": "a pretrained network",
    "deep": "a network of your own",
}
FAMILY_TITLES: Mapping[str, str] = {
    "ml": "Classical models",
    "dl": "Neural networks",
    "hybrid": "Hybrids",
    "reference": "For reference",
}
# As they stand in a sentence.
FAMILY_NOUNS: Mapping[str, str] = {
    "none": "no learning",
    "ml": "classical models",
    "dl": "networks",
    "hybrid": "hybrids",
}
# Titles of models that begin with a name which looks like an ordinary word.
_PROPER = ("Conformer", "Donut", "Faster R-CNN", "Gaussian", "Mahalanobis", "Marian", "Segment Anything", "Whisper")
LONGEST_NAME = 40  # characters of a name that are shown
LONGEST_TITLE = 100  # of a name in a heading or a footer
ONE_LINE = 66  # of a fact on a card, so that it stays on its line at 80 columns
LIKELY, NEARLY_CERTAIN = 0.65, 0.95  # probabilities from which the words for them are used
_RARE = 0.15  # probabilities of less, or of all but less, are `1 in n`
_ROUND = (*range(2, 21), 25, 30, 40, 50, 60, 70, 80, 90, 100, 150, 200, 300, 500, 1000)
_FIELD = re.compile(r"[a-z]+[._][a-z]")
_COMMAND = re.compile(r":(?=:[A-Za-z])|#(?=#\w*\[)")


def plain(text: str) -> str:
    r"""Return text as one line of printable characters that no terminal and no log of a CI takes for a command.

    GitHub runs `::name::` at the start of a line and `##[name]` anywhere in it, Azure `##vso[name]`.

    Examples
    --------
    >>> plain("a\n\x1b[31m b")
    'a [31m b'
    >>> plain("x\n::error::y ##[error]z")
    'x : :error: :y # #[error]z'
    """
    if not text.isprintable():
        text = "".join(char if char.isprintable() else " " for char in text)
    if "::" in text or "##" in text:
        text = _COMMAND.sub(r"\g<0> ", text)
    return " ".join(text.split())


def plain_line(text: str) -> str:
    """Return text as one line whose blanks stay, without what commands a terminal or the log of a CI.

    Examples
    --------
    >>> plain_line("a   b\\x1b[31m c")
    'a   b [31m c'
    """
    text = text if text.isprintable() else "".join(char if char.isprintable() else " " for char in text)
    return (
        _COMMAND.sub(r"\g<0> ", text) if text.lstrip().startswith("::") or "##[" in text or "##vso[" in text else text
    )


def plain_lines(text: str) -> str:
    """Return text of several lines, each without what commands a terminal or the log of a CI."""
    return "\n".join(plain_line(line) for line in text.split("\n"))


def clipped(text: str, most: int = LONGEST_NAME) -> str:
    """Return text of any origin as one line of so many characters at most.

    Examples
    --------
    >>> clipped("one\\ntwo three", 8)
    'one two…'
    """
    text = plain(text)
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def tail(text: str, most: int = LONGEST_NAME) -> str:
    """Return a path of any origin as one line of so many characters at most, of which the end says most.

    Examples
    --------
    >>> tail("/home/me/projects/houses/king_county_houses.csv", 30)
    '…/king_county_houses.csv'
    >>> tail("houses.csv", 30), tail("a" * 40, 6)
    ('houses.csv', '…aaaaa')
    """
    text = plain(text)
    if len(text) <= most:
        return text
    kept = text[len(text) - most + 1 :]
    return f"…{kept[kept.index('/') :] if '/' in kept else kept}"


def joined(parts: Sequence[str]) -> str:
    """Return `a`, `a and b` or `a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def sentence(text: str) -> str:
    """Return text with a capital first letter and a full stop; the name of a field keeps its small letter.

    Examples
    --------
    >>> sentence("no model fits"), sentence("data.rows is far from 10")
    ('No model fits.', 'data.rows is far from 10.')
    """
    text = plain(text)
    return f"{capital(text)}{'' if text.endswith(('.', '!', '?')) else '.'}"


def capital(text: str) -> str:
    """Return text with a capital first letter, unless it begins with the name of a field."""
    return text if _FIELD.match(text) else f"{text[:1].upper()}{text[1:]}"


def label(approach: str) -> str:
    """Return an approach in words with the id that the options take.

    Examples
    --------
    >>> label("deep"), label("hybrid")
    ('own network (deep)', 'hybrid')
    """
    name = NAMES[approach]
    return name if approach in name else f"{name} ({approach})"


def counted(count: int, noun: str) -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> counted(1, "row"), counted(7043, "row"), counted(0, "gate")
    ('1 row', '7,043 rows', '0 gates')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def in_sentence(title: str) -> str:
    """Return a title as it stands inside a sentence: its first letter small, unless the first word is a name.

    Examples
    --------
    >>> in_sentence("Regularised logistic or linear regression"), in_sentence("Gaussian mixture")
    ('regularised logistic or linear regression', 'Gaussian mixture')
    >>> in_sentence("A network is likely to pay")
    'a network is likely to pay'
    >>> in_sentence("TF-IDF with k-means"), in_sentence("X3D-M fine-tuned"), in_sentence("GLiNER")
    ('TF-IDF with k-means', 'X3D-M fine-tuned', 'GLiNER')
    """
    first = title.partition(" ")[0]
    word = first == "A" or (first[1:].replace("-", "").islower() and first.replace("-", "").isalpha())
    if title.startswith(_PROPER) or not word:
        return title
    return f"{title[:1].lower()}{title[1:]}"


def with_library(title: str, library: str) -> str:
    """Return a model's title with the library that offers it, unless the title says so or none does.

    Examples
    --------
    >>> with_library("Isolation forest", "scikit-learn"), with_library("RealMLP (tuned MLP)", "pytabkit")
    ('Isolation forest (scikit-learn)', 'RealMLP (tuned MLP; pytabkit)')
    >>> with_library("Gradient-boosted trees (XGBoost)", "xgboost"), with_library("The manual process as it is", "none")
    ('Gradient-boosted trees (XGBoost)', 'The manual process as it is')
    """
    if library in ("", "none") or library.lower() in title.lower():
        return title
    return f"{title[:-1]}; {library})" if title.endswith(")") else f"{title} ({library})"


# -- numbers ---------------------------------------------------------------------------------------------


def number(value: float) -> str:
    """Return a number with two significant digits, thousands separated.

    Examples
    --------
    >>> [number(value) for value in (0, 0.0386, 0.4, 3.0, 61.7, 1234.4)]
    ['0', '0.039', '0.4', '3', '62', '1,234']
    """
    if abs(value) >= 10:
        return f"{value:,.0f}"
    text = f"{float(f'{value:.2g}'):.12f}"
    return text.rstrip("0").rstrip(".")


def amount(usd: float) -> str:
    """Return US dollars without the currency: cents below one dollar, whole dollars above.

    Examples
    --------
    >>> [amount(value) for value in (0, 0.004, 0.46, 4.518, 1234.4)]
    ['0', '<0.01', '0.46', '5', '1,234']
    """
    if usd == 0 or usd >= 0.995:
        return f"{usd:,.0f}"
    return "<0.01" if usd < 0.005 else f"{usd:.2f}"


def duration(milliseconds: float) -> str:
    """Return a time in the unit that suits it.

    Examples
    --------
    >>> [duration(value) for value in (0.4, 61.7, 2500, 120_000, 9_000_000, 400_000_000)]
    ['0.4 ms', '62 ms', '2.5 s', '2 minutes', '2.5 hours', '4.6 days']
    """
    for size, unit in ((86_400_000, "days"), (3_600_000, "hours"), (60_000, "minutes"), (1000, "s")):
        if milliseconds >= size * (1 if unit in ("s", "minutes") else 2):
            shown = number(milliseconds / size)
            return f"{shown} {unit.removesuffix('s') if shown == '1' and unit != 's' else unit}"
    return f"{number(milliseconds)} ms"


def size(megabytes: float) -> str:
    """Return a size in the unit that suits it.

    Examples
    --------
    >>> [size(value) for value in (0.02, 3.1, 1200.0)]
    ['20 kB', '3.1 MB', '1.2 GB']
    """
    if megabytes >= 1000:
        return f"{number(megabytes / 1000)} GB"
    return f"{number(megabytes)} MB" if megabytes >= 0.1 or megabytes == 0 else f"{number(megabytes * 1000)} kB"


def probability(share: float | None) -> str:
    """Return a probability with two digits that never rounds an open question to certainty.

    Examples
    --------
    >>> [probability(share) for share in (1.0, 0.9996, 0.4567, 0.0004, 0.0, None)]
    ['1.00', '>0.99', '0.46', '<0.01', '0', '-']
    """
    if share is None:
        return "-"
    if share in (0, 1):
        return "1.00" if share else "0"
    return ">0.99" if share >= 0.995 else "<0.01" if share < 0.005 else f"{share:.2f}"


def frequency(share: float) -> str:
    """Return a probability as `k in n`, which reads better than decimals where it is far from even.

    What is rare is rounded towards even odds, so that it never looks rarer than it is.

    Examples
    --------
    >>> [frequency(share) for share in (1 / 60, 0.125, 0.3, 0.9, 0.95, 0.99)]
    ['1 in 60', '1 in 8', '3 in 10', '9 in 10', '19 in 20', '99 in 100']
    >>> [frequency(share) for share in (0.0, 0.016, 0.104, 0.5, 0.896, 1.0)]
    ['less than 1 in 1,000', '1 in 60', '1 in 9', '5 in 10', '8 in 9', 'more than 999 in 1,000']
    """
    rare = min(share, 1 - share)
    if rare < 0.001:
        return "less than 1 in 1,000" if share < 0.5 else "more than 999 in 1,000"
    if rare >= _RARE:
        return f"{round(share * 10)} in 10"
    whole = max(count for count in _ROUND if count <= 1 / rare + 1e-6)  # 1 / 0.05 is below 20
    return f"1 in {whole:,}" if share < 0.5 else f"{whole - 1:,} in {whole:,}"


def percent(share: float) -> str:
    """Return a share as whole percent, rounded down so that 100% means all.

    Examples
    --------
    >>> percent(0.995), percent(1.0)
    ('99%', '100%')
    """
    return f"{int(share * 100 + 1e-9)}%"


def points(value: float) -> str:
    """Return points with their sign; zero has none.

    Examples
    --------
    >>> points(7.46), points(-3.0), points(-0.01)
    ('+7.5', '-3.0', '0.0')
    """
    text = f"{value:+.1f}"
    return "0.0" if text in ("+0.0", "-0.0") else text


def field_value(value: Any) -> str:
    """Return the value of a profile field as a reader would write it.

    Examples
    --------
    >>> [field_value(value) for value in (None, True, 5574, 4.0, 0.25, "gpu", ["hiring"])]
    ['unknown', 'true', '5,574', '4', '0.25', 'gpu', '[hiring]']
    """
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(field_value(item) for item in value)}]"
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.6g}"
    return f"{int(value):,}" if isinstance(value, (int, float)) else plain(str(value))


# -- the answer ------------------------------------------------------------------------------------------


def origin(tool: Mapping[str, str], rules: Mapping[str, Any]) -> str:
    """Return rules and program in one line."""
    return (
        f"rules {rules.get('version')} ({rules.get('count')} rules, {str(rules.get('sha256', ''))[:12]}) · "
        f"{tool.get('name')} {tool.get('version')}"
    )


def margin(value: float, unit: str = RELATIVE_ERROR) -> str:
    """Return ` by 1% of the error or more`, or nothing for a margin of zero."""
    if value <= 0:
        return ""
    return (
        f" by {value * 100:g}% of the error or more"
        if unit == RELATIVE_ERROR
        else f" by {number(value)} {unit} or more"
    )


def chance(value: float) -> str:
    """Return a probability in percent."""
    return f"{value * 100:.0f}%" if value >= 0.005 else "below 1%"
