"""The clock of a dossier: it stands still while the citizen has to act, and gives nothing away."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calendar import LOCAL
from dossiers.clock import Pause, pauses_of, read_clock
from dossiers.vocabularies import DossierEventType
from tests.core.test_calendar import CALENDAR, at

RECEIVED = at("2026-11-02T08:00")
DUE = at("2026-11-20T17:00")
HOURS = timedelta(hours=7, minutes=30)  # of a working day


def clock(
    *pauses: tuple[str, str | None], due: datetime = DUE, now: str = "2026-11-19T08:00", since=RECEIVED
):
    found = [Pause(at(start), at(end) if end else None) for start, end in pauses]
    return read_clock(due, found, CALENDAR, at=at(now), since=since)


@pytest.mark.parametrize(
    ("pauses", "due"),
    [
        ([], "2026-11-20T17:00"),
        ([("2026-11-09T07:30", "2026-11-10T07:30")], "2026-11-23T17:00"),  # a day of waiting, over a weekend
        ([("2026-11-09T16:00", "2026-11-10T08:30")], "2026-11-23T09:30"),  # two working hours over a night
        ([("2026-11-14T08:00", "2026-11-15T20:00")], "2026-11-20T17:00"),  # a weekend is no working time
        ([("2026-11-18T07:30", "2026-11-20T07:30")], "2026-11-25T17:00"),  # 24 November is a feast
        (
            [("2026-11-09T07:30", "2026-11-10T07:30"), ("2026-11-12T07:30", "2026-11-13T07:30")],
            "2026-11-25T17:00",
        ),
        ([("2026-11-23T08:00", "2026-11-27T08:00")], "2026-11-20T17:00"),  # asked only after the date
        (
            [("2026-10-26T08:00", "2026-11-04T07:30")],
            "2026-11-25T16:30",
        ),  # only what was waited after the promise
    ],
)
def test_the_time_that_was_left_runs_on_after_a_wait(pauses, due):
    assert clock(*pauses).due == at(due)


def test_while_the_citizen_is_waited_for_there_is_no_date_and_nothing_runs():
    reading = clock(("2026-11-18T13:30", None), now="2026-11-30T08:00")
    assert reading.due is None
    assert reading.left == timedelta(hours=3, minutes=30) + 2 * HOURS


def test_a_date_without_a_time_means_the_end_of_that_day():
    assert clock(due=at("2026-11-20T00:00")).due == DUE


def test_tet_and_the_swapped_saturday_are_in_the_clock():
    assert CALENDAR.add_working_time(at("2025-12-31T17:00"), HOURS) == at("2026-01-05T17:00")
    assert CALENDAR.working_time(at("2026-01-01T00:00"), at("2026-01-11T00:00")) == 6 * HOURS
    assert CALENDAR.add_working_time(at("2026-02-13T17:00"), HOURS) == at("2026-02-23T17:00")


def test_supplement_payment_and_duty_stop_the_clock_and_a_pause_of_the_office_does_not():
    t = DossierEventType
    history = [
        (t.RECEIVED, at("2026-11-02T08:00")),
        (t.PAUSED, at("2026-11-03T08:00")),
        (t.SUPPLEMENT_REQUESTED, at("2026-11-04T08:00")),
        (t.FEE_DUE, at("2026-11-05T08:00")),
        (t.DELAYED, at("2026-11-05T09:00")),
        (t.FEE_PAID, at("2026-11-06T08:00")),
        (t.FINANCIAL_DUTY, at("2026-11-09T08:00")),
    ]
    assert pauses_of(history) == (
        Pause(at("2026-11-04T08:00"), at("2026-11-06T08:00")),
        Pause(at("2026-11-09T08:00")),
    )


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(lambda t: t.replace(tzinfo=LOCAL))  # noqa: DTZ001


@st.composite
def waits(draw):
    moments = sorted(draw(st.lists(MOMENTS, max_size=8, unique=True)))
    return [Pause(a, b) for a, b in zip(moments[::2], moments[1::2], strict=False)]


@settings(max_examples=60)
@given(MOMENTS, st.integers(0, 40), waits(), MOMENTS)
def test_waiting_never_gives_time_back_nor_takes_any(received, days, pauses, now):
    """What the office may use is the same with and without waits: exactly what the promise held."""
    due = CALENDAR.closing(CALENDAR.due_date(received, days))
    reading = read_clock(due, pauses, CALENDAR, at=now, since=received)
    assert reading.due is not None
    assert reading.due >= due
    used = CALENDAR.working_time(received, reading.due) - reading.waited
    assert used == CALENDAR.working_time(received, due)
    more = read_clock(due, [*pauses, Pause(now, now + timedelta(days=3))], CALENDAR, at=now, since=received)
    assert more.due is None or more.due >= reading.due


@settings(max_examples=60)
@given(MOMENTS, st.integers(0, 60 * 60))
def test_working_time_added_is_working_time_passed(start, minutes):
    amount = timedelta(minutes=minutes)
    end = CALENDAR.add_working_time(start, amount)
    assert CALENDAR.working_time(start, end) == amount
    assert not minutes or CALENDAR.is_working_day(end.date())


@given(st.dates(date(2026, 1, 1), date(2026, 6, 30)), st.dates(date(2026, 1, 1), date(2026, 6, 30)))
def test_working_days_between_is_the_reverse_of_adding_them(start, end):
    count = CALENDAR.working_days_between(start, end)
    assert count == -CALENDAR.working_days_between(end, start)
    if count > 0:
        assert CALENDAR.add_working_days(start, count) <= end < CALENDAR.add_working_days(start, count + 1)
