"""Work that is done again and again: a failure ends nothing, and is seen."""

from __future__ import annotations

from core import metrics
from gateway.schedule import Work

DAY = 24 * 3600.0


async def _fails() -> None:
    raise OSError("no room left")


async def _works() -> None:
    return


def _counted(work: str, end: metrics.WorkEnd) -> float:
    return metrics.REGISTRY.get_sample_value("motcua_work_rounds_total", {"work": work, "end": end}) or 0


async def test_what_is_done_once_a_day_is_not_put_off_until_tomorrow_when_it_failed() -> None:
    assert await Work("of-a-day", DAY, _works).round() == DAY
    assert await Work("of-a-day", DAY, _fails).round() == 600
    assert await Work("of-a-second", 1, _fails).round() == 1


async def test_how_often_it_failed_and_went_well_can_be_watched() -> None:
    work = Work("watched", DAY, _fails)
    work.begin()
    for end in metrics.WorkEnd:
        assert (
            metrics.REGISTRY.get_sample_value("motcua_work_rounds_total", {"work": "watched", "end": end})
            == 0
        )
    await work.round()
    await Work("watched", DAY, _works).round()
    assert _counted("watched", metrics.WorkEnd.FAILED) == 1
    assert _counted("watched", metrics.WorkEnd.DONE) == 1
