"""Standard input that never ends is given up."""

import io
import itertools
import sys
from time import monotonic

import click
import pytest

from advisor.cli import measuring


class Endless(io.RawIOBase):
    def __init__(self, text):
        self.text = itertools.cycle(text)

    def readable(self):
        return True

    def readinto(self, buffer):
        buffer[:] = bytes(itertools.islice(self.text, len(buffer)))
        return len(buffer)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"\0", "standard input holds zero bytes and no table"),
        (b"1,2\n", "standard input has not ended within the budget (1 MB so far); save the data in a file"),
    ],
)
def test_what_has_no_end_is_given_up(monkeypatch, text, said):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(Endless(text))))
    with pytest.raises(click.ClickException) as error, measuring._local_file("-", monotonic()):
        pass
    assert error.value.message == said
