"""A small run of ``motcua bench machines``: two of each process, one struck at a time, nothing lost, nothing
twice.
"""

from __future__ import annotations

import pytest

from gateway.bench import machines
from gateway.bench.kinds import ServerMissing
from gateway.bench.machines import Blow

QUICK = {"lease": 4, "call_timeout": 2, "ask_after": 2, "receipt_wait": 6}
STRIKES = (
    ("worker", Blow.HUNG),
    ("planner-2", Blow.HUNG),
    ("worker-2", Blow.STARVED),
    ("postgresql", Blow.KILLED),
)


async def test_whoever_hangs_starves_or_goes_away_every_citizen_is_told_once() -> None:
    try:
        found = await machines.measure(
            messages=120, strikes=STRIKES, cut_seconds=5, policy=QUICK, tell=lambda _line: None
        )
    except ServerMissing as missing:
        pytest.skip(str(missing))
    assert found["cuts"] == len(STRIKES)
    assert (found["lost"], found["doubled"]) == (0, 0), found
