"""Runs `advisor` on a terminal of its own, as a person meets it: real process, real keystrokes."""

import os
import pty
import select
import subprocess
import sys

PROMPT = b"   > "
PATIENCE_S = 60
# Standard input becomes the terminal that controls the process, so that Ctrl-C interrupts it.
START = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execv(sys.executable, [sys.executable, '-m', 'advisor', *sys.argv[1:]])"
)


def talk(arguments, keystrokes, folder, environment, stdout=None):
    """Run the program, press keys at each prompt, and return what stood on the terminal and the exit code."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", START, *arguments],
        stdin=theirs,
        stdout=stdout or theirs,
        stderr=theirs,
        cwd=folder,
        env={**environment, "COLUMNS": "80"},
        start_new_session=True,
    )
    os.close(theirs)
    seen = bytearray()
    try:
        seen += _until_prompt(ours)
        for keys in keystrokes:
            if not seen.endswith(PROMPT):
                break
            os.write(ours, keys.encode() if isinstance(keys, str) else keys)
            seen += _until_prompt(ours)
        assert not seen.endswith(PROMPT), f"the program asks on after {bytes(seen[-200:])!r}"
        code = process.wait(PATIENCE_S)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    return seen.decode("utf-8", "replace").replace("\r\n", "\n"), code


def _until_prompt(terminal):
    """Return what comes until the program waits for an answer, or has ended."""
    seen = bytearray()
    while not seen.endswith(PROMPT):
        ready, _, _ = select.select([terminal], [], [], PATIENCE_S)
        assert ready, f"the program hangs after {bytes(seen)!r}"
        try:
            chunk = os.read(terminal, 4096)
        except OSError:  # the other end is closed
            break
        if not chunk:
            break
        seen += chunk
    return bytes(seen)
