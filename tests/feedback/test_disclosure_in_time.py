"""Whatever two periods or tables are subtracted, no few answers are left over."""

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.disclosure import release_alone, releases
from feedback.index import HIDDEN_BELOW
from feedback.span import Slice, Span

HALVES = [Slice(f"2026-{month:02d}", half) for month in range(1, 5) for half in (1, 2)]
tables = st.fixed_dictionaries(
    {ward: st.fixed_dictionaries(dict.fromkeys(HALVES, st.integers(0, 12))) for ward in "abc"}
)


def periods():
    return [HALVES[a:b] for a, b in itertools.combinations(range(len(HALVES) + 1), 2)]


@given(tables)
def test_two_periods_of_a_ward_never_differ_by_few_answers(table):
    for ward, release in releases(table).items():
        shown = [release.within(period) for period in periods()]
        for one, other in itertools.product(shown, shown):
            left = sum(table[ward][each] for each in one - other)
            # A neighbour hidden for another's sake is shown together with a second half at least.
            assert left == 0 or left >= HIDDEN_BELOW


@given(tables)
def test_in_no_half_month_can_a_hidden_ward_be_had_from_the_total(table):
    found = releases(table)
    for half in HALVES:
        hidden = [ward for ward in table if not found[ward].within([half])]
        left = sum(table[ward][half] for ward in hidden)
        assert left == 0 or (left >= HIDDEN_BELOW and len(hidden) >= 2) or len(hidden) == len(table)


def test_small_months_are_shown_together_once_they_are_five():
    january, february = Slice("2026-01", 2), Slice("2026-02", 2)
    release = release_alone({january: 3, february: 3, Slice("2026-03", 1): 40})
    assert release.within({january}) == frozenset()
    assert release.within({january, february}) == {january, february}
    assert release.within({january, Slice("2026-03", 1)}) == {Slice("2026-03", 1)}


@pytest.mark.parametrize(
    ("start", "end", "first", "last", "halves"),
    [
        (date(2025, 12, 15), date(2026, 3, 14), date(2025, 12, 15), date(2026, 3, 14), 6),
        (date(2026, 1, 1), date(2026, 12, 31), date(2026, 1, 1), date(2026, 12, 31), 24),
        (date(2026, 2, 10), date(2026, 2, 20), date(2026, 2, 1), date(2026, 2, 28), 2),
    ],
)
def test_administrative_and_calendar_periods_are_sums_of_half_months(start, end, first, last, halves):
    span = Span(start, end)
    assert (span.first_day, span.last_day, len(span.slices)) == (first, last, halves)
    assert span.before().last_day < span.first_day
    assert len(span.before().slices) == halves
    assert len(span.last_twelve_months().slices) == 24
