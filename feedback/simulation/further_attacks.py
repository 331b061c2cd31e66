"""Further ways to make answers up, written from what offices are tempted to do and blind to the detector.

Each takes silent dossiers of one office in the order of their closing and answers them. No attack knows how
made-up answers are looked for; two of them (``coached_at_the_counter``, ``colleagues_asked_to_help``) use
real people's own phones and are as hard to tell from honesty as they are in life.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

from feedback.simulation.hands import NOTHING_MORE, all_sent, at_hour, batches, fill
from feedback.simulation.people import Ask


def private_windows(asks: list[Ask], chance: random.Random) -> None:
    """An officer with the list of links opens a fresh private window for each: another device every time,
    one sitting after lunch, the best mark and nothing else."""
    for batch in batches(asks, 25):
        at = at_hour(all_sent(batch), 13, 20)
        for ask in batch:
            at += timedelta(seconds=chance.uniform(35, 110))
            fill(ask, at, f"window {ask.number}", "5" + NOTHING_MORE, chance.uniform(3, 9))


def own_numbers_on_file(asks: list[Ask], chance: random.Random) -> None:
    """Four officers typed their own numbers where the applicant's belong; each answers when the phone rings,
    with care for variety."""
    for ask in asks:
        at = ask.sent_at + timedelta(seconds=chance.lognormvariate(6.5, 0.9))
        fill(ask, at, f"officer's phone {chance.randrange(4)}", _varied(chance), chance.uniform(15, 60))


def agent_with_a_stack(asks: list[Ask], chance: random.Random) -> None:
    """A paid go-between stands on many dossiers and taps through a week's links at home in the evening."""
    for batch in batches(asks, 12):
        at = at_hour(all_sent(batch), 20, 10)
        for ask in batch:
            at += timedelta(seconds=chance.uniform(20, 240))
            level = chance.choice("45")
            fill(ask, at, "agent's phone", level + NOTHING_MORE, chance.uniform(4, 15))


def script_at_night(asks: list[Ask], chance: random.Random) -> None:
    """A script works a leaked list off before dawn: a new address each time, patterns drawn at random,
    waiting the same minute and a half between two."""
    for batch in batches(asks, 40):
        at = at_hour(all_sent(batch) + timedelta(days=1), 2, 30)
        for ask in batch:
            at += timedelta(seconds=90 + chance.uniform(-4, 4))
            fill(ask, at, f"rented address {ask.number}", _varied(chance), chance.uniform(2, 4))


def colleagues_asked_to_help(asks: list[Ask], chance: random.Random) -> None:
    """Before the period closes a message in the office's group hands every colleague four links; each taps
    them on the own phone some time of the working day, all fives."""
    for batch in batches(asks, 48):
        day = all_sent(batch)
        for place, ask in enumerate(batch):
            at = at_hour(day, 8, 0) + timedelta(minutes=chance.uniform(0, 500))
            fill(ask, at, f"colleague {ask.unit} {place // 4}", "555555", chance.uniform(8, 30))


def coached_at_the_counter(asks: list[Ask], chance: random.Random) -> None:
    """The citizen is told to open the message at once, with the officer looking on: an own phone, the best
    mark, seconds after the message."""
    for ask in asks:
        at = ask.sent_at + timedelta(seconds=chance.uniform(6, 50))
        fill(ask, at, f"phone {ask.number}", "5" + NOTHING_MORE, None)


def revenge(asks: list[Ask], chance: random.Random) -> None:
    """Somebody with a grudge and two phones drags an office down through one weekend."""
    for batch in batches(asks, 20):
        start = at_hour(all_sent(batch), 9, 0)
        for ask in batch:
            at = start + timedelta(minutes=chance.uniform(0, 36 * 60))
            fill(ask, at, f"grudge {chance.randrange(2)}", "111111", chance.uniform(5, 12))


FURTHER: tuple[Callable[[list[Ask], random.Random], None], ...] = (
    private_windows,
    own_numbers_on_file,
    agent_with_a_stack,
    script_at_night,
    colleagues_asked_to_help,
    coached_at_the_counter,
    revenge,
)


def _varied(chance: random.Random) -> str:
    """What an honest, content citizen might tick."""
    head = chance.choice("45")
    return head + "".join(chance.choices("45-", (4, 5, 1))[0] for _ in range(5))
