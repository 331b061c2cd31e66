"""The ordinary cheats are answers that the survey could have received; finding them is another matter."""

from __future__ import annotations

import random
import re
from collections import Counter
from datetime import date, timedelta

import pytest

from feedback.simulation.attacks import Attack
from feedback.simulation.ordinary_cheats import IN_PROPORTION, ORDINARY, WEIGHTS
from feedback.simulation.people import NOT_ASKED, Ask
from feedback.simulation.year import World, simulate

FIRST, LAST = date(2026, 1, 5), date(2026, 6, 26)
LINK_WORKS = timedelta(days=30)


def _silent(seed: int) -> list[Ask]:
    """Four hundred dossiers of one office that nobody answered, in the order in which they closed."""
    asks = simulate(World(), FIRST, LAST, seed)
    unit = World().offices[0].name
    return [ask for ask in asks if ask.unit == unit and ask.answered_at is None][:400]


@pytest.mark.parametrize("attack", ORDINARY, ids=lambda attack: attack.__name__)
def test_a_cheat_leaves_answers_the_survey_could_have_received(attack: Attack) -> None:
    asks = _silent(7)
    attack(asks, random.Random(7))
    for ask in asks:
        assert ask.answered_at is not None
        assert ask.sent_at <= ask.answered_at < ask.sent_at + LINK_WORKS
        assert re.fullmatch(r"[1-5][-1-5]{5}", ask.pattern)
        assert ask.device
        only_the_headline = ask.pattern[1:] == NOT_ASKED * 5
        assert (ask.seconds is None) if only_the_headline else (ask.seconds or 0) > 0


@pytest.mark.parametrize("attack", ORDINARY, ids=lambda attack: attack.__name__)
def test_a_cheat_with_nothing_to_answer_does_nothing(attack: Attack) -> None:
    attack([], random.Random(1))


def test_the_same_seed_makes_the_same_answers() -> None:
    world = World(cheating=0.1, attacks=IN_PROPORTION)
    assert simulate(world, FIRST, LAST, 3) == simulate(world, FIRST, LAST, 3)


def test_a_world_holds_the_cheats_in_the_proportion_they_happen() -> None:
    assert sum(WEIGHTS.values()) == pytest.approx(1)
    asks = simulate(World(cheating=0.1, attacks=IN_PROPORTION), FIRST, LAST, 5)
    made_up = Counter(ask.attack for ask in asks if ask.attack)
    for name, weight in WEIGHTS.items():
        assert made_up[name] / made_up.total() == pytest.approx(weight, abs=0.02)
