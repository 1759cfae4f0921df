"""Detect the encoding of a text file."""

import codecs
import re
import unicodedata
from encodings.aliases import aliases
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
_MULTIBYTE = frozenset(["cp949", "cp932", "euc_jp", "gb18030", "big5"])
_CELL = re.compile(rb"[^,;\t|\r\n]*[\x80-\xff][^,;\t|\r\n]*")
_EVIDENCE = 50_000
_WESTERN = frozenset(
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿŒœŠšŽžŸ‘’“”–—…•€£¥§©®™°±²³´µ·ºª¨¹¼½¾¿¡«»×÷\xa0"
)


class Encoding(NamedTuple):
    """A Python encoding name, and why it was chosen."""

    name: str
    why: str


def decide_encoding(source: Source, given: str | None) -> Encoding:
    """Return the encoding of the file; the whole file is looked at unless the encoding is given.

    A byte-order mark decides; then UTF-8, if every byte fits; then cp1252 and Mac Roman, if the characters beyond ASCII
    stand where they stand in words of western languages; then what chardet finds among the common encodings.

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
    if _is_utf8(source):
        return Encoding("utf-8", "every byte of the file fits")
    return _legacy(_evidence(source))


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
    if source.head.count(0) > len(source.head) * 0.001 or control > len(source.head) * 0.02:
        raise DataError(
            f"{source.path}: this is a binary file, not a text table; pass a CSV, TSV, Parquet or JSON lines file, "
            "or its --encoding if it is text"
        )


def _is_utf8(source: Source) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with opened(source) as stream:
        while block := stream.read(BLOCK):
            # A block that begins within a character is decoded even if it is ASCII: the character is cut then.
            if not block.isascii() or decoder.getstate()[0]:
                try:
                    decoder.decode(block)
                except UnicodeDecodeError:
                    return False
    return not decoder.getstate()[0]


def _evidence(source: Source) -> bytes:
    """Return the cells that are not ASCII, each once, one a line, up to what is enough to judge by."""
    cells: dict[bytes, None] = {}
    with opened(source) as stream:
        while (block := stream.read(BLOCK)) and sum(map(len, cells)) < _EVIDENCE:
            cells.update(dict.fromkeys(_CELL.findall(block)))
    return b"\n".join(cells)[:_EVIDENCE]


def _legacy(evidence: bytes) -> Encoding:
    if _western_share(evidence, "cp1252") >= 0.98:
        return Encoding("cp1252", "it is not UTF-8, and with it the accented letters are in plausible words")
    import chardet

    ranked = chardet.detect_all(
        evidence.replace(b"\n", b" "), ignore_threshold=True, include_encodings=COMMON, compat_names=False
    )
    names = [str(found["encoding"]) for found in ranked if found["encoding"]]
    # A wrong alphabet shows by signs where letters should be; cp1252 has them in text that was damaged before.
    plausible = (name for name in names if name == "cp1252" or _letter_share(evidence, name) >= 0.9)
    best = next(plausible, "cp1252")
    if best not in _MULTIBYTE and _western_share(evidence, "mac-roman") >= 0.98:
        return Encoding("mac-roman", "it is not UTF-8, and with it the accented letters are in plausible words")
    return Encoding(best, "it is not UTF-8, and its bytes look most like this (chardet)")


def _letter_share(evidence: bytes, encoding: str) -> float:
    try:
        text = evidence.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return 0.0
    beyond = [character for character in text if character > "\x7f"]
    return sum(unicodedata.category(character)[0] in "LM" for character in beyond) / max(1, len(beyond))


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
