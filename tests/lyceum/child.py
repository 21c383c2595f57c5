"""Run by `test_supervise` as a child of the fleet: says what happens to it, into a pipe that all of them share.

``python child.py FD polite|stubborn|wrong``
"""

import os
import signal
import sys


def say(word: str) -> None:
    os.write(int(sys.argv[1]), f"{os.environ['LYCEUM_PROCESS']} {word} {os.getpid()}\n".encode())


def end(number: int, _frame: object) -> None:
    say("asked")
    if sys.argv[2] == "polite":
        sys.exit(0)


if sys.argv[2] == "wrong":
    sys.exit(2)
signal.signal(signal.SIGTERM, end)
signal.signal(signal.SIGINT, end)
say("up")
while True:
    signal.pause()
