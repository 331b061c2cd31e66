"""A small run of what ``motcua bench crash`` does at length: processes die, nothing is lost or doubled."""

from __future__ import annotations

import pytest

from gateway.bench import crash
from gateway.bench.kinds import Carrier, Kind, ServerMissing

# Short waits: what was in doubt is settled within seconds instead of minutes.
QUICK = {"lease": 4, "call_timeout": 2, "ask_after": 2, "receipt_wait": 6}


async def test_after_six_kills_every_citizen_was_told_once():
    try:
        found = await crash.measure(
            Kind.SQLITE,
            messages=150,
            kills=6,
            carrier=Carrier.ASKED,
            policy=QUICK,
            tell=lambda _line: None,
        )
    except ServerMissing as missing:
        pytest.skip(str(missing))
    assert found["kills"] == 6
    assert (found["lost"], found["doubled"]) == (0, 0), found
