"""A small run of ``motcua bench rolling``: an upgrade, machine by machine, loses nothing that somebody said
or that happened to a dossier.
"""

from __future__ import annotations

import pytest

from gateway.bench import rolling
from gateway.bench.kinds import QUICK, ServerMissing

ONE_OF_EACH = ("gateway", "planner-2", "worker")


async def test_restarting_one_process_of_each_kind_in_turn_loses_nothing() -> None:
    try:
        found = await rolling.measure(rounds=1, names=ONE_OF_EACH, policy=QUICK, tell=lambda _line: None)
    except ServerMissing as missing:
        pytest.skip(str(missing))
    assert found["restarts"] == len(ONE_OF_EACH)
    assert found["events"] > 0
    assert found["turns"] > found["asked_to_say_again"]
    assert (found["lost"], found["doubled"], found["unanswered"]) == (0, 0, 0), found
    assert found["answered_with_another_ones_words"] == 0
    assert found["asked_to_say_again"] == 0, "whoever is asked to stop finishes its turn"
