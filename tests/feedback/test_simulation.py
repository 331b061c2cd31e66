"""Simulated years with a known truth: what the interval promises, what silence hides, how cheating shows."""

import random
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from scipy.stats import binom

from core.calendar import LOCAL
from feedback.figures import By
from feedback.flags import Flag, find_flags
from feedback.index import silence_bounds, wilson
from feedback.report import index_report
from feedback.simulation.attacks import ATTACKS, careful_hand
from feedback.simulation.further_attacks import FURTHER
from feedback.simulation.ordinary_cheats import IN_PROPORTION, ORDINARY
from feedback.simulation.people import Habits, answer_honestly
from feedback.simulation.plant import clear_sample, plant_year
from feedback.simulation.pressed_clerks import PRESSED
from feedback.simulation.year import Office, World, simulate, traces_of
from feedback.targets import Targets

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def exact_coverage(n, p):
    """How often the Wilson interval of n answers contains p, summed over every possible count."""
    hits = (k for k in range(n + 1) if wilson(k, n).lower <= p <= wilson(k, n).upper)
    return sum(float(binom.pmf(k, n, p)) for k in hits)


@pytest.mark.parametrize(("p", "drawn"), [(0.90, 110), (0.94, 160), (0.80, 60)])
def test_the_interval_covers_the_truth_as_often_as_wilson_promises(p, drawn):
    chance, habits, tries = random.Random(7), Habits(), 2000
    ask = simulate(World(offices=(Office("Phường Ví Dụ", p, 2),)), *YEAR, seed=1)[0]
    hits, promised, known = 0, 0.0, {}
    for _ in range(tries):
        n = satisfied = 0
        for _ in range(drawn):
            ask.truly, ask.answered_at = chance.random() < p, None
            answer_honestly(ask, habits, chance)
            if ask.answered_at is not None:
                n += 1
                satisfied += ask.pattern[0] in "45"
        interval = wilson(satisfied, n)
        hits += interval.lower <= p <= interval.upper
        if n not in known:
            known[n] = exact_coverage(n, p)
        promised += known[n]
    assert abs(hits - promised) / tries <= 0.015


def test_when_the_unhappy_keep_silent_the_bounds_hold_the_truth_and_the_index_does_not():
    habits = Habits(satisfied_answer=0.5, others_answer=0.15)
    world = World(offices=(Office("Phường Ví Dụ", 0.85, 900),), habits=habits)
    misled = 0
    for seed in range(20):
        asks = simulate(world, *YEAR, seed=seed)
        truth = sum(ask.truly for ask in asks) / len(asks)
        given = [ask for ask in asks if ask.answered_at]
        satisfied = sum(ask.pattern[0] in "45" for ask in given)
        bounds = silence_bounds(satisfied, len(given), len(asks))
        assert bounds.lower <= truth <= bounds.upper
        misled += not wilson(satisfied, len(given)).lower <= truth <= wilson(satisfied, len(given)).upper
    assert misled >= 18


def flags_of_a_year(asks):
    """As the worker finds them: every day over the traces of a week."""
    traces = sorted(traces_of(asks), key=lambda trace: trace.at)
    found = {}
    day, first = traces[0].at, 0
    while first < len(traces):
        day += timedelta(days=1)
        while first < len(traces) and traces[first].at < day - timedelta(days=7):
            first += 1
        week = [trace for trace in traces[first:] if trace.at < day]
        for key, flags in find_flags(week).items():
            found[key] = found.get(key, frozenset()) | flags
    return found


def test_one_made_up_answer_in_ten_is_found_without_blaming_honest_people():
    made_up = flagged = both = 0
    for seed in (11, 12):
        asks = simulate(World(cheating=0.1, size=0.5), *YEAR, seed=seed)
        found, attacks = flags_of_a_year(asks), {ask.key for ask in asks if ask.attack}
        answers = sum(ask.answered_at is not None for ask in asks)
        assert abs(len(attacks) / answers - 0.1) < 0.005
        made_up, flagged = made_up + len(attacks), flagged + len(found)
        both += len(attacks & set(found))
    assert both / flagged >= 0.9
    assert both / made_up >= 0.7


@pytest.mark.parametrize(
    ("attacks", "size"),
    [(FURTHER, 0.5), (PRESSED, 0.5), (ORDINARY, 1.0), (IN_PROPORTION, 1.0)],
    ids=["second hand", "third hand", "fourth hand", "fourth hand in proportion"],
)
def test_attacks_of_other_authors_are_found_as_well(attacks, size):
    asks = simulate(World(cheating=0.1, size=size, attacks=attacks), *YEAR, seed=11)
    found, made_up = set(flags_of_a_year(asks)), {ask.key for ask in asks if ask.attack}
    both = len(made_up & found)
    assert both / len(found) >= 0.9
    assert both / len(made_up) >= 0.7


def test_every_attack_but_the_careful_one_gives_itself_away():
    asks = simulate(World(cheating=0.1, size=0.5), *YEAR, seed=13)
    found = flags_of_a_year(asks)
    missed = Counter(ask.attack for ask in asks if ask.attack and ask.key not in found)
    made = Counter(ask.attack for ask in asks if ask.attack)
    for attack in ATTACKS:
        if attack is not careful_hand:
            assert missed[attack.__name__] <= 0.2 * made[attack.__name__]


def test_in_an_honest_year_hardly_anybody_is_suspected():
    asks = simulate(World(size=0.5), *YEAR, seed=14)
    found = flags_of_a_year(asks)
    assert len(found) <= 0.02 * sum(ask.answered_at is not None for ask in asks)


async def test_the_planted_year_is_a_sample_and_shows_what_was_simulated(sqlite, instruments, calendar):
    now = datetime(2026, 7, 1, tzinfo=LOCAL)
    offices = (Office("Phường Một", 0.95, 500), Office("Phường Hai", 0.75, 400))
    asks = simulate(World(offices=offices, cheating=0.25), *YEAR, seed=5)
    async with sqlite.writing() as session:
        count = await plant_year(session, instruments["after-pickup"], asks, calendar=calendar, now=now)
    async with sqlite.reading() as session:
        report = await index_report(
            session, Targets(()), date(2026, 1, 1), date(2026, 6, 30), by=By.UNIT, now=now
        )
    assert report.sample
    assert count == sum(bool(ask.answered_at and ask.answered_at <= now) for ask in asks)
    assert count - 5 < report.total.n <= count  # a half month of few answers waits for more
    rows = {row.group: row for row in report.rows}
    one, two = rows["Phường Một"], rows["Phường Hai"]
    assert one.interval.lower > two.interval.upper
    apart = [row for row in report.rows if row.unflagged]
    assert apart
    assert all(row.unflagged.n + row.flagged == row.n for row in apart)
    assert one.delivered < one.invited
    async with sqlite.writing() as session:
        await clear_sample(session)
    async with sqlite.reading() as session:
        empty = await index_report(session, Targets(()), *YEAR, now=now)
    assert empty.version is None


def test_the_same_seed_gives_the_same_year():
    world = World(cheating=0.1, size=0.05)
    assert simulate(world, *YEAR, seed=3) == simulate(world, *YEAR, seed=3)
    assert simulate(world, *YEAR, seed=3) != simulate(world, *YEAR, seed=4)


def test_a_kiosk_is_nobodys_device_and_a_family_may_share_a_phone():
    asks = simulate(World(offices=(Office("Phường Ví Dụ", 0.9, 60),)), *YEAR, seed=2)
    traces = [replace(trace, device="one") for trace in traces_of(asks)]
    assert {flag for flags in find_flags(traces).values() for flag in flags} == {Flag.DEVICE}
    assert find_flags(traces[:3]) == {}
    assert find_flags([replace(trace, mode="kiosk") for trace in traces]) == {}
