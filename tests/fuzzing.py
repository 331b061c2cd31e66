"""How hard tests with made-up input try: a little in the suite, as long as wanted by hand.

``make fuzz FUZZ_SECONDS=600`` gives every reader of ``tests/gateway/test_hostile_input.py`` ten minutes of
processor time, each round with input that was not tried before, and says how many inputs each has read.
``FUZZ_JOBS`` readers try at the same time; ``--go-on`` takes up what an earlier run left.
``MOTCUA_FUZZ=20`` tries twenty times as many examples as the suite does. In the suite the wait only tells
what is slow from what never ends: input made to hurt takes minutes or for ever, while a second would be a
test of the machine (garbage of a whole suite, a neighbour on the core).
"""

from __future__ import annotations

import argparse
import ast
import gc
import json
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from hypothesis import HealthCheck, settings

FACTOR = int(os.environ.get("MOTCUA_FUZZ", "1"))
PATIENCE_SECONDS = 60.0 if FACTOR == 1 else 1.0
_ENDLESS_SECONDS = max(30.0, 2 * PATIENCE_SECONDS)
"""What takes so long is stopped, so that it is known which input it was."""
_HOSTILE = Path(__file__).parent / "gateway" / "test_hostile_input.py"
_ROUND = 10


@dataclass
class Tried:
    """What one reader has read. ``seconds``: of processor time, making the input up included."""

    seconds: float = 0.0
    inputs: int = 0
    broken: bool = False


here = Tried()
"""All that was read in this process."""


def trying(examples: int) -> settings:
    return settings(
        max_examples=examples * FACTOR,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=FACTOR == 1,  # in the suite the same input every day; a long run looks further
        print_blob=False,
    )


def soon[Found](read: Callable[[], Found]) -> Found:
    """What ``read`` gives, or raises. It may take its time of this thread's processor, so that a busy machine
    is no failure. One that took longer is tried once more by itself before it counts.
    """
    here.inputs += 1
    for _ in range(2):
        started, raised, found = time.thread_time(), None, None
        try:
            with _stopped_in_the_end():
                found = read()
        except Exception as error:
            raised = error
        if time.thread_time() - started < PATIENCE_SECONDS:
            break
        gc.collect()
    else:
        raise AssertionError(f"took longer than {PATIENCE_SECONDS} s of processor time, twice")
    if raised is not None:
        raise raised
    return found  # type: ignore[return-value]


class _Endless(BaseException):
    """No reader may take it for an error of its own."""


@contextmanager
def _stopped_in_the_end() -> Iterator[None]:
    def stop(*_: object) -> None:
        raise _Endless

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, _ENDLESS_SECONDS)
    try:
        yield
    except _Endless:
        raise AssertionError(f"did not end within {_ENDLESS_SECONDS} s of processor time") from None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _readers() -> list[str]:
    """Names of the tests that make input up."""
    tree = ast.parse(_HOSTILE.read_text())
    return [
        one.name
        for one in tree.body
        if isinstance(one, ast.FunctionDef) and any("given" in ast.dump(mark) for mark in one.decorator_list)
    ]


def read_a_round(name: str) -> Tried:
    """One reader, as many inputs as the suite gives it, times ``MOTCUA_FUZZ``."""
    import pytest

    started, before = time.process_time(), here.inputs
    quietly = ["-q", "--no-header", "--disable-warnings", "-p", "no:cacheprovider"]
    ended = pytest.main([*quietly, f"{_HOSTILE}::{name}"])
    return Tried(time.process_time() - started, here.inputs - before, bool(ended))


def _run(found: dict[str, Tried], seconds: float, jobs: int, note: Callable[[], None]) -> None:
    """A round at a time, whoever has had least time first, until all had theirs."""
    from tests import fuzzing  # what another process can find, and where the tests count: not __main__

    running: dict[Future[Tried], str] = {}

    def next_ones() -> list[str]:
        waiting = [
            name
            for name, one in found.items()
            if one.seconds < seconds and not one.broken and name not in running.values()
        ]
        return sorted(waiting, key=lambda name: found[name].seconds)[: jobs - len(running)]

    while next_ones():
        with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as lanes:
            try:
                while running := running | {
                    lanes.submit(fuzzing.read_a_round, name): name for name in next_ones()
                }:
                    for one in wait(running, return_when=FIRST_COMPLETED).done:
                        more, all_in_all = one.result(), found[running.pop(one)]
                        all_in_all.seconds += more.seconds
                        all_in_all.inputs += more.inputs
                        all_in_all.broken |= more.broken
                        note()
            except BrokenProcessPool:
                # One of them took the whole process with it: each is tried alone with --only to see which.
                for name in running.values():
                    found[name].broken = True
                running.clear()
                note()


def main() -> None:
    """Each reader in its turn, a round at a time, until all of them had their time."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing")
    parser.add_argument("--seconds", type=float, default=600, help="processor time for each reader")
    parser.add_argument("--jobs", type=int, default=1, help="how many readers try at the same time")
    parser.add_argument(
        "--only", action="append", help="readers whose name holds these words; may be repeated"
    )
    parser.add_argument("--go-on", action="store_true", help="from what an earlier run left in the file")
    parser.add_argument("--out", type=Path, default=Path("fuzz.json"), help="what was found, kept up to date")
    given = parser.parse_args()
    os.environ.setdefault("MOTCUA_FUZZ", str(_ROUND))
    found = {name: Tried() for name in _readers() if any(words in name for words in given.only or [""])}
    if given.go_on and given.out.exists():
        earlier = json.loads(given.out.read_text())
        found |= {name: Tried(**earlier[name] | {"broken": False}) for name in found if name in earlier}

    def note() -> None:
        kept = {name: asdict(one) | {"seconds": round(one.seconds, 1)} for name, one in found.items()}
        given.out.write_text(json.dumps(kept, indent=2))

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl+C: the rounds under way are ended
    try:
        _run(found, given.seconds, given.jobs, note)
    except KeyboardInterrupt:
        print("stopped: --go-on takes it up from here")
    for name, one in found.items():
        print(f"{one.seconds:8.0f} s {one.inputs:10d}  {'BROKEN ' * one.broken}{name}")
    print(
        f"{sum(one.seconds for one in found.values()):8.0f} s {sum(one.inputs for one in found.values()):10d}"
    )
    sys.exit(any(one.broken for one in found.values()))


if __name__ == "__main__":
    main()
