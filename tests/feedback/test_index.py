"""What the index may claim: intervals, verdicts, and when it keeps silent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.index import (
    Comparator,
    Interval,
    Needed,
    Publication,
    Verdict,
    answers_needed,
    is_representative,
    is_satisfied,
    publication,
    silence_bounds,
    verdict,
    wilson,
)


@pytest.mark.parametrize(
    ("n", "satisfied", "lower", "upper"),
    [
        (10, 9, 59.6, 98.2),
        (30, 27, 74.4, 96.5),
        (50, 47, 83.8, 97.9),
        (100, 94, 87.5, 97.2),
        (200, 188, 89.8, 96.5),
        (300, 285, 91.9, 96.9),
        (400, 376, 91.2, 95.9),
        (1000, 940, 92.4, 95.3),
    ],
)
def test_interval_equals_the_published_table(n, satisfied, lower, upper):
    found = wilson(satisfied, n)
    assert (round(100 * found.lower, 1), round(100 * found.upper, 1)) == (lower, upper)


@pytest.mark.parametrize(
    ("target", "seen", "first"),
    [(90, 94, 204), (90, 95, 127), (85, 90, 184), (80, 85, 230), (94, 96, 509), (95, 97, 414)],
)
def test_answers_needed_for_a_clear_pass(target, seen, first):
    needed = answers_needed(target / 100, seen / 100)
    assert needed is not None
    assert needed.first == first
    assert needed.always >= first


def test_a_pass_just_reached_can_be_lost_again_with_the_next_answers():
    needed = answers_needed(0.90, 0.94)
    assert needed == Needed(first=204, always=229)
    assert wilson(round(0.94 * 228), 228).lower < 0.90 <= wilson(round(0.94 * 229), 229).lower


def test_a_share_at_or_under_the_target_never_passes():
    assert answers_needed(0.94, 0.94) is None
    assert answers_needed(0.94, 0.90) is None
    assert answers_needed(0.9400, 0.9401, most=2000) is None


def test_normal_is_not_satisfied():
    assert [is_satisfied(level) for level in (1, 2, 3, 4, 5)] == [False, False, False, True, True]
    with pytest.raises(ValueError, match="1 to 5"):
        is_satisfied(0)


@pytest.mark.parametrize(
    ("lower", "upper", "comparator", "expected"),
    [
        (0.90, 0.95, Comparator.AT_LEAST, Verdict.MET),
        (0.8999, 0.95, Comparator.AT_LEAST, Verdict.NOT_ENOUGH_EVIDENCE),
        (0.85, 0.90, Comparator.AT_LEAST, Verdict.NOT_ENOUGH_EVIDENCE),
        (0.85, 0.8999, Comparator.AT_LEAST, Verdict.NOT_MET),
        (0.90, 0.95, Comparator.MORE_THAN, Verdict.NOT_ENOUGH_EVIDENCE),
        (0.9001, 0.95, Comparator.MORE_THAN, Verdict.MET),
        (0.85, 0.90, Comparator.MORE_THAN, Verdict.NOT_MET),
        (0.85, 0.90, Comparator.AT_MOST, Verdict.MET),
        (0.90, 0.95, Comparator.AT_MOST, Verdict.NOT_ENOUGH_EVIDENCE),
        (0.9001, 0.95, Comparator.AT_MOST, Verdict.NOT_MET),
    ],
)
def test_verdict_at_its_edges_against_ninety_percent(lower, upper, comparator, expected):
    assert verdict(Interval(lower, upper), 0.90, comparator) is expected


def test_ninety_four_of_a_hundred_does_not_prove_a_target_of_ninety():
    assert verdict(wilson(94, 100), 0.90) is Verdict.NOT_ENOUGH_EVIDENCE
    assert verdict(wilson(376, 400), 0.90) is Verdict.MET
    assert verdict(wilson(340, 400), 0.90) is Verdict.NOT_MET


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (0, Publication.HIDDEN),
        (4, Publication.HIDDEN),
        (5, Publication.COUNTS),
        (29, Publication.COUNTS),
        (30, Publication.ESTIMATE),
    ],
)
def test_few_answers_are_not_shown(n, expected):
    assert publication(n) is expected


def test_silence_is_never_counted_as_satisfied():
    bounds = silence_bounds(satisfied=90, answered=100, invited=400)
    assert bounds == Interval(0.225, 0.975)
    with pytest.raises(ValueError, match="do not fit"):
        silence_bounds(satisfied=5, answered=4, invited=10)


def test_under_thirty_percent_response_is_not_representative():
    assert not is_representative(29, 100)
    assert is_representative(30, 100)
    assert not is_representative(0, 0)


@pytest.mark.parametrize(("satisfied", "n"), [(0, 0), (-1, 5), (6, 5)])
def test_impossible_counts_are_refused(satisfied, n):
    with pytest.raises(ValueError, match="satisfied among"):
        wilson(satisfied, n)


counts = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts)
def test_the_interval_contains_the_share_and_stays_a_share(count):
    satisfied, n = count
    found = wilson(satisfied, n)
    assert 0 <= found.lower <= satisfied / n <= found.upper <= 1
    assert found.lower < found.upper


@given(counts)
def test_one_more_satisfied_citizen_never_lowers_the_index(count):
    satisfied, n = count
    before, after = wilson(satisfied, n), wilson(satisfied + 1, n + 1)
    assert after.lower >= before.lower
    assert after.upper >= before.upper - 1e-12


@given(counts, st.integers(2, 20))
def test_more_answers_of_the_same_share_narrow_the_interval(count, times):
    satisfied, n = count
    few, many = wilson(satisfied, n), wilson(satisfied * times, n * times)
    assert many.upper - many.lower < few.upper - few.lower


@given(counts, st.floats(0, 1), st.floats(0, 1))
def test_a_higher_target_is_never_easier(count, one, other):
    easy, hard = sorted((one, other))
    ranks = [Verdict.NOT_MET, Verdict.NOT_ENOUGH_EVIDENCE, Verdict.MET]
    found = wilson(*count)
    assert ranks.index(verdict(found, hard)) <= ranks.index(verdict(found, easy))
