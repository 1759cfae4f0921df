"""Detect the encoding of a text file.

The text is right for all of 54 tables, mostly real, and for all of those of the tests, and for 415 of 458 small tables
of names in 15 old encodings. chardet over whole files, limited to the encodings below, gets 292 of the 458 and
charset-normalizer 245: the numbers of a table drown what its few letters say. chardet over the cells with letters
beyond ASCII alone gets 411: more in central Europe, but 85 of 94 in cp1252, by far the most frequent, where here it is
91, and 17 of 20 real files and those of the tests, where here it is 19. So chardet ranks, and western languages are
judged by where their letters stand (`tests/benchmarks/reading.py`).
"""

import codecs
import re
import unicodedata
from encodings.aliases import aliases
from math import inf
from time import monotonic
from typing import NamedTuple

from advisor.baselines.errors import DataError
from advisor.baselines.tabular.reading.files import BLOCK, Source, opened
from advisor.source.problems import did_you_mean, shorten

# The encodings that tables come in; rarer ones are guessed too often where the evidence is a few words.
COMMON = (
    *("cp1252", "mac-roman", "cp1250", "iso-8859-2", "cp1251", "koi8-r", "cp1253", "cp1254", "cp1255", "cp1256"),
    *("cp949", "cp932", "euc-jp", "gb18030", "big5"),
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CELL = re.compile(rb"[^,;\t\r\n]*[\x80-\xff][^,;\t\r\n]*")  # a pipe may be the second byte of an East Asian letter
_EVIDENCE = 50_000
_LIKELY = 0.7  # of chardet's confidence in its best
_PLAUSIBLE = 0.98
_WESTERN = frozenset(
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿŒœŠšŽžŸ‘’“”–—…•€£¥§©®™°±²³´µ·ºª¨¹¼½¾¿¡«»×÷\xa0"
)


class Encoding(NamedTuple):
    """A Python encoding name, and why it was chosen."""

    name: str
    why: str


def decide_encoding(source: Source, given: str | None, until: float = inf) -> Encoding:
    """Return the encoding of the file; the whole file is looked at unless the encoding is given or the time is up.

    A byte-order mark decides; then UTF-8, if every byte fits; then what chardet finds among the common encodings,
    unless cp1252 or Mac Roman is nearly as likely, and the letters beyond ASCII stand as they do in western languages.

    Raises
    ------
    DataError
        For an unknown name, or a file of bytes that are no text.
    """
    if given is not None:
        return Encoding(_known(given), "given")
    for mark, name in _MARKS:
        if source.head.startswith(mark):
            return Encoding(name, "the file begins with a byte-order mark")
    if wide := _utf16_without_mark(source.head):
        return Encoding(wide, "every second byte is zero")
    _refuse_binary(source)
    fits = _share_that_is_utf8(source, until)
    if fits is not None:
        return Encoding("utf-8", fits)
    return _legacy(_evidence(source, until))


def decoding_error(source: Source, encoding: Encoding, error: UnicodeError) -> DataError:
    """Return the error to raise where the text does not fit the encoding."""
    byte = ""
    if isinstance(error, UnicodeDecodeError) and error.start < len(error.object):
        byte = f" (byte 0x{error.object[error.start]:02x})"
    if encoding.why != "given":
        return DataError(
            f"{source.path}: the text could not be read as {encoding.name}{byte}, which was chosen because "
            f"{encoding.why}; pass its encoding with --encoding"
        )
    try:
        guess = decide_encoding(source, None).name
    except DataError:
        guess = encoding.name
    hint = f"it looks like {guess}" if guess != encoding.name else "perhaps it is damaged"
    return DataError(f"{source.path}: the file is not written in {encoding.name}{byte}; {hint}: change --encoding")


def _known(name: str) -> str:
    try:
        info = codecs.lookup(name)
        # Codecs such as zlib and rot13 do not turn bytes into text.
        usable = getattr(info, "_is_text_encoding", True) and codecs.decode(b"", name) == ""
    except (LookupError, ValueError, UnicodeError):
        usable = False
    if not usable:
        hint = did_you_mean(name, sorted({name.replace("_", "-") for name in aliases.values()} | {"latin-1", *COMMON}))
        raise DataError(
            f"--encoding: {shorten(name)} is not an encoding that Python knows" + (f"; {hint}" if hint else "")
        )
    return info.name


def _utf16_without_mark(head: bytes) -> str | None:
    head = head[: 4096 // 2 * 2]
    half = len(head) // 2
    if half < 2:
        return None
    even, odd = head[0 : 2 * half : 2].count(0) / half, head[1 : 2 * half : 2].count(0) / half
    if odd > 0.4 and even < 0.05:
        return "utf-16-le"
    if even > 0.4 and odd < 0.05:
        return "utf-16-be"
    return None


def _refuse_binary(source: Source) -> None:
    control = sum(source.head.count(byte) for byte in (*range(9), *range(14, 27), *range(28, 32), 127))
    if control > len(source.head) * 0.02:
        raise DataError(
            f"{source.path}: this is a binary file, not a text table; pass a CSV, TSV, Parquet or JSON lines file, "
            "or its --encoding if it is text"
        )


def _share_that_is_utf8(source: Source, until: float) -> str | None:
    """Return which bytes of the file were looked at and fit UTF-8, None where some do not."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with opened(source) as stream:
        while block := stream.read(BLOCK):
            # A block that begins within a character is decoded even if it is ASCII: the character is cut then.
            if not block.isascii() or decoder.getstate()[0]:
                try:
                    decoder.decode(block)
                except UnicodeDecodeError:
                    return None
            if monotonic() >= until:
                return "every byte fits that there was time to look at"
    return None if decoder.getstate()[0] else "every byte of the file fits"


def _evidence(source: Source, until: float) -> bytes:
    """Return the cells that are not ASCII, each once, one a line, up to what is enough to judge by.

    None of them is cut: half of an East Asian letter would rule out its own encoding.
    """
    cells: dict[bytes, None] = {}
    with opened(source) as stream:
        while (lines := stream.read(BLOCK) + stream.readline(BLOCK)) and sum(map(len, cells)) < _EVIDENCE:
            cells.update(dict.fromkeys(_CELL.findall(lines)))
            if cells and monotonic() >= until:
                break
    text = b"\n".join(cells)
    return text if len(text) <= _EVIDENCE else text[: text.rfind(b"\n", 0, _EVIDENCE)]


def _legacy(evidence: bytes) -> Encoding:
    import chardet

    ranked = chardet.detect_all(evidence, ignore_threshold=True, include_encodings=COMMON, compat_names=False)
    likely = {str(found["encoding"]): found["confidence"] for found in ranked if found["encoding"]} or {"cp1252": 1.0}
    best = max(likely, key=likely.__getitem__)
    for name in ("cp1252", "mac-roman"):
        same_text = evidence.decode(name, "replace") == evidence.decode(best, "replace")
        as_likely = same_text or likely.get(name, 0) >= _LIKELY * likely[best]
        if as_likely and _western_share(evidence, name) >= _PLAUSIBLE:
            return Encoding(name, "it is not UTF-8, and with it the accented letters are in plausible words")
    return Encoding(best, "it is not UTF-8, and its bytes look most like this (chardet)")


def _western_share(evidence: bytes, encoding: str) -> float:
    """Return the share of the characters beyond ASCII that are usual in western languages where they stand."""
    try:
        text = evidence.decode(encoding)
    except UnicodeDecodeError:
        return 0.0
    total, good = 0, 0.0
    for word in re.findall(r"\S*[^\x00-\x7f]\S*", text):
        foreign = [index for index, character in enumerate(word) if character > "\x7f"]
        total += len(foreign)
        # Whole words of accented letters are another alphabet.
        if len(foreign) <= max(2, 0.6 * len(word)):
            good += sum(_fits(word, index) for index in foreign)
    return good / total if total else 0.0


def _fits(word: str, index: int) -> float:
    character, before = word[index], word[index - 1 : index]
    if character not in _WESTERN:
        return 0.0
    beside = before.isalpha(), word[index + 1 : index + 2].isalpha()
    if character in "ªº":
        return float(not beside[1])
    if character.isalpha():
        return float(not (character.isupper() and before.islower()))
    if unicodedata.category(character)[0] == "S" or character in "¹²³¼½¾":
        return 1 - sum(beside) / 2
    return 1.0
