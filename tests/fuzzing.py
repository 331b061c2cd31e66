"""How hard tests with made-up input try: a little in the suite, as long as wanted by hand.

``make fuzz FUZZ_SECONDS=600`` gives every reader of ``tests/gateway/test_hostile_input.py`` ten minutes of
processor time, each round with input that was not tried before, and says how many inputs each has read.
``MOTCUA_FUZZ=20`` tries twenty times as many examples as the suite does. In the suite the wait only tells
what is slow from what never ends: input made to hurt takes minutes or for ever, while a second would be a
test of the machine (garbage of a whole suite, a neighbour on the core).
"""

from __future__ import annotations

import argparse
import ast
import gc
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, settings

FACTOR = int(os.environ.get("MOTCUA_FUZZ", "1"))
PATIENCE_SECONDS = 60.0 if FACTOR == 1 else 1.0
tried: Counter[str] = Counter()
"""Inputs read by each test."""
_HOSTILE = Path(__file__).parent / "gateway" / "test_hostile_input.py"
_ROUND = 10


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
    tried[os.environ.get("PYTEST_CURRENT_TEST", "").partition("::")[2].partition(" ")[0]] += 1
    for _ in range(2):
        started, raised, found = time.thread_time(), None, None
        try:
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


def _readers() -> list[str]:
    """Names of the tests that make input up."""
    tree = ast.parse(_HOSTILE.read_text())
    return [
        one.name
        for one in tree.body
        if isinstance(one, ast.FunctionDef) and any("given" in ast.dump(mark) for mark in one.decorator_list)
    ]


def main() -> None:
    """Each reader in its turn, a round at a time, until all of them had their time."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing")
    parser.add_argument("--seconds", type=float, default=600, help="processor time for each reader")
    parser.add_argument("--only", default="", help="readers whose name holds these words")
    parser.add_argument("--out", type=Path, default=Path("fuzz.json"), help="what was found, kept up to date")
    given = parser.parse_args()
    os.environ.setdefault("MOTCUA_FUZZ", str(_ROUND))
    import pytest

    from tests import fuzzing  # the tests count there, not in __main__

    spent = dict.fromkeys([name for name in _readers() if given.only in name], 0.0)
    found: dict[str, dict[str, float]] = {}
    broken: set[str] = set()
    while open_ones := [name for name in spent if spent[name] < given.seconds and name not in broken]:
        for name in open_ones:
            started = time.process_time()
            ended = pytest.main(["-q", "--no-header", "-p", "no:cacheprovider", f"{_HOSTILE}::{name}"])
            spent[name] += time.process_time() - started
            if ended:
                broken.add(name)
            read = sum(count for test, count in fuzzing.tried.items() if test.partition("[")[0] == name)
            found[name] = {"seconds": round(spent[name], 1), "inputs": read, "broken": name in broken}
            given.out.write_text(json.dumps(found, indent=2))
    for name, figures in found.items():
        print(f"{figures['seconds']:8.0f} s {figures['inputs']:10d}  {'BROKEN ' * (name in broken)}{name}")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
