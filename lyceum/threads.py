"""How the loop shares the interpreter with threads (fitting a model, reading a package)."""

import sys

SWITCH_SECONDS = 0.0002
"""A thread that computes gives the interpreter back after so long when the loop waits for it. The loop lets go of it in
every `send`, some microseconds each: beside a computing thread two hundred of them took 273 ms in the middle with
Python's own 5 ms, and 1.4 ms with this (0.1 ms without such a thread)."""


def put_the_loop_first() -> None:
    sys.setswitchinterval(SWITCH_SECONDS)
