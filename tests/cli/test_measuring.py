"""Standard input is read for a share of the budget: what has come by then is used as far as its last whole line."""

import os
import sys
import threading
from pathlib import Path
from time import monotonic, sleep

import click
import pytest

from advisor.cli import measuring


@pytest.fixture
def arriving(monkeypatch):
    """Give a function that makes blocks standard input, which is left open or closed after them."""
    ends, writers = [], []

    def start(*blocks, close):
        reading, writing = os.pipe()
        ends.append(reading)

        def write():
            for block in blocks:
                os.write(writing, block)
            (os.close if close else ends.append)(writing)

        writers.append(threading.Thread(target=write))
        writers[-1].start()
        monkeypatch.setattr(sys, "stdin", os.fdopen(reading, encoding="utf-8", closefd=False))

    yield start
    for writer in writers:
        writer.join()
    for end in ends:
        os.close(end)


def copied(seconds):
    with measuring._local_file("-", monotonic() + seconds) as (path, partial):
        return path.read_bytes(), partial


def test_what_ends_in_time_is_read_whole(arriving):
    arriving(b"a,y\n1,2\n", b"3,4", close=True)
    assert copied(20) == (b"a,y\n1,2\n3,4", False)


def test_of_what_does_not_end_in_time_whole_lines_are_used(arriving):
    arriving(b"a,y\n1,2\n", b"3,4", close=False)
    assert copied(0.3) == (b"a,y\n1,2\n", True)


@pytest.mark.slow
@pytest.mark.parametrize("begun", [b"PAR1\n1,2\n", b"\x1f\x8b\n\n", b"a,b", b""])
def test_what_needs_its_end_is_refused(arriving, begun):
    arriving(*([begun] if begun else []), close=False)
    with pytest.raises(click.ClickException) as error:
        copied(0.2)
    assert error.value.message == (
        "standard input has not ended within its share of the budget (0 MB so far); save the data in a file, or pass a "
        "larger --budget"
    )


def test_zero_bytes_are_no_table(arriving):
    arriving(b"\0" * 1000, close=False)
    with pytest.raises(click.ClickException, match="standard input holds zero bytes and no table"):
        copied(20)


@pytest.mark.skipif(sys.platform != "linux", reason="a file without a name")
def test_the_copy_has_no_name_that_could_be_left(arriving, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    arriving(b"a,y\n1,2\n", close=True)
    with measuring._local_file("-", monotonic() + 20) as (path, _):
        sleep(0.01)
        assert path.read_bytes() == path.read_bytes() == b"a,y\n1,2\n"
        assert not list(Path(tmp_path).iterdir())
