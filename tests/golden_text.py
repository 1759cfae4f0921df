"""Golden files without what moves with every rule: how many rules there are, and their digest."""

import re
from pathlib import Path

_SHA256 = re.compile(r"\b[0-9a-f]{64}\b|(?<=[ (\n])[0-9a-f]{12}(?=\))")
_COUNT_IN_JSON = re.compile(r'(?<="sha256": "\(digest\)",\n    "count": )\d+')
_COUNT_IN_TEXT = re.compile(r"(?<=\()\d+(?=\s+rules,)|(?<=, )\d+(?= of them, SHA-256)")


def without_rule_set(text: str) -> str:
    """Return a report whose answers alone can change it; digest and count have tests of their own."""
    text = _SHA256.sub("(digest)", text)
    return _COUNT_IN_TEXT.sub("(count)", _COUNT_IN_JSON.sub("0", text))  # JSON stays JSON


def agrees(text: str, golden: Path, update: bool) -> None:
    """Assert that a report is the golden one, or write it anew."""
    text = without_rule_set(text)
    if update:
        golden.parent.mkdir(exist_ok=True)
        golden.write_bytes(text.encode())
    assert text == golden.read_bytes().decode(), "if the change is meant: pytest --update-golden, and the changelog"
