"""Made-up answers by a third hand: what a lazy clerk, or one pressed for a number, would do.

Written before the detector was opened, from the issue's text and with what ADR 22 says of earlier attacks.
They were chosen by what happens in offices, not by whether they can be found: in ``asked_by_telephone`` and
``opened_at_the_next_visit`` real citizens tap on their own phones and only the pressure is wrong.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta

from feedback.simulation.attacks import Attack
from feedback.simulation.hands import (
    NOTHING_MORE,
    all_sent,
    at_hour,
    batches,
    fill,
    in_office,
    next_saturday,
)
from feedback.simulation.people import Ask


def asked_by_telephone(asks: Sequence[Ask], chance: random.Random) -> None:
    """The clerk calls a list through in the morning, "bấm rất hài lòng giùm em nhé", four to nine minutes a
    call; most tap while they still have the phone in hand, some an hour later."""
    for pile in batches(asks, 18):
        call = in_office(all_sent(pile), 8, 20)
        for ask in pile:
            call += timedelta(minutes=chance.uniform(4, 9))
            later = chance.uniform(0.5, 4) if chance.random() < 0.7 else chance.uniform(20, 120)
            level = "5" if chance.random() < 0.85 else "4"
            fill(ask, call + timedelta(minutes=later), f"phone {ask.number}", level + NOTHING_MORE, None)


def family_after_dinner(asks: Sequence[Ask], chance: random.Random) -> None:
    """Each evening some links go round the table: husband, mother-in-law, two children, the own phone."""
    for pile in batches(asks, 10):
        evening = at_hour(all_sent(pile), 19, 30)
        for place, ask in enumerate(pile):
            at = evening + timedelta(minutes=chance.uniform(0, 120))
            pattern = chance.choice(("5" + NOTHING_MORE, "4" + NOTHING_MORE, "555555", "554545"))
            fill(ask, at, f"{ask.unit} family {place % 5}", pattern, chance.uniform(10, 40))


def opened_at_the_next_visit(asks: Sequence[Ask], chance: random.Random) -> None:
    """Who comes back about another paper is asked for the phone: the clerk finds the message, taps and hands
    it back. Days after the message, in office hours, never two together."""
    for ask in asks:
        day = ask.sent_at + timedelta(days=chance.uniform(2, 20))
        at = in_office(day, 7, 45) + timedelta(minutes=chance.uniform(0, 480))
        fill(ask, at, f"phone {ask.number}", "5" + NOTHING_MORE, chance.uniform(2, 5))


def office_computers_before_the_cut(asks: Sequence[Ask], chance: random.Random) -> None:
    """The number is too low two days before the period closes: two computers of the office, one afternoon."""
    for pile in batches(asks, 30):
        at = in_office(all_sent(pile), 13, 45)
        for ask in pile:
            at += timedelta(seconds=chance.uniform(60, 330))
            pattern = "5" + NOTHING_MORE if chance.random() < 0.6 else "555555"
            fill(ask, at, f"{ask.unit} desk {chance.randrange(2)}", pattern, chance.uniform(5, 20))


def one_with_the_coffee(asks: Sequence[Ask], chance: random.Random) -> None:
    """Lazy and steady: of what came yesterday half when the day begins, half after the lunch break."""
    for pile in batches(asks, 2):
        morning = in_office(all_sent(pile), 8, 0)
        for place, ask in enumerate(pile):
            at = morning + timedelta(minutes=chance.uniform(0, 20) + place * 330)
            fill(ask, at, f"{ask.unit} clerk's phone", "5" + NOTHING_MORE, chance.uniform(4, 10))


def flight_mode_at_lunch(asks: Sequence[Ask], chance: random.Random) -> None:
    """The clerk has read that the address tells: before each link the phone goes into flight mode and comes
    back with another one. A dozen in a lunch break, no two in the same minute."""
    for pile in batches(asks, 12):
        at = in_office(all_sent(pile), 11, 35)
        for ask in pile:
            at += timedelta(minutes=chance.uniform(3, 9))
            level = chance.choice("4555")
            fill(ask, at, f"address {ask.number}", level + NOTHING_MORE, chance.uniform(5, 12))


def never_all_fives(asks: Sequence[Ask], chance: random.Random) -> None:
    """ "Do not let it look made up": mostly fours, now and then a three, six a day on four computers."""
    for pile in batches(asks, 6):
        day = in_office(all_sent(pile), 8, 0)
        for ask in pile:
            at = day + timedelta(minutes=chance.uniform(0, 500))
            head = chance.choices("543", (3, 6, 1))[0]
            pattern = head + "".join(chance.choices("543", (3, 6, 1))[0] for _ in range(5))
            fill(ask, at, f"{ask.unit} computer {chance.randrange(4)}", pattern, chance.uniform(25, 70))


def head_of_the_hamlet(asks: Sequence[Ask], chance: random.Random) -> None:
    """The list goes to the head of the hamlet, who taps now and then over the week, on one phone."""
    for pile in batches(asks, 14):
        first = all_sent(pile)
        for ask in pile:
            at = at_hour(first + timedelta(days=chance.uniform(0, 6)), 6, 30)
            at += timedelta(minutes=chance.uniform(0, 14 * 60))
            pattern = "5" + NOTHING_MORE if chance.random() < 0.5 else "555555"
            fill(ask, at, f"{ask.unit} hamlet {pile[0].number % 3}", pattern, chance.uniform(6, 30))


def volunteers_on_saturday(asks: Sequence[Ask], chance: random.Random) -> None:
    """Youth Union volunteers go from door to door and "help" the old on the volunteer's own phone."""
    for pile in batches(asks, 24):
        start = next_saturday(all_sent(pile), 8, 0)
        for place, ask in enumerate(pile):
            at = start + timedelta(minutes=(place // 3) * 14 + chance.uniform(0, 10))
            pattern = chance.choice(("5" + NOTHING_MORE, "4" + NOTHING_MORE, "545454", "555555"))
            fill(ask, at, f"{ask.unit} volunteer {place % 3}", pattern, chance.uniform(20, 90))


PRESSED: tuple[Attack, ...] = (
    asked_by_telephone,
    family_after_dinner,
    opened_at_the_next_visit,
    office_computers_before_the_cut,
    one_with_the_coffee,
    flight_mode_at_lunch,
    never_all_fives,
    head_of_the_hamlet,
    volunteers_on_saturday,
)
