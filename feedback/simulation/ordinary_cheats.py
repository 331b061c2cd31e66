"""Made-up answers by a fourth hand: what dishonest staff of a ward commonly do, and how often.

Written without sight of the detector or of what it finds of earlier attacks, and not changed since. The
weights are a judgement of practice, not a measurement. A link is sent the day after the result at the
earliest and works for thirty days: what a clerk does "at the handover" happens here when the link is there.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta

from core.calendar import LOCAL
from feedback.simulation.attacks import Attack
from feedback.simulation.hands import NOTHING_MORE, all_sent, at_hour, fill, in_office
from feedback.simulation.people import Ask

_OPENS, _LUNCH, _AFTER_LUNCH, _CLOSES = time(7, 30), time(11, 30), time(13, 30), time(17)
_PRAISE = (
    "Cán bộ nhiệt tình, chu đáo.",
    "Rất hài lòng với thái độ phục vụ",
    "Cán bộ hướng dẫn tận tình, giải quyết hồ sơ nhanh chóng.",
    "Tôi rất hài lòng. Cảm ơn cán bộ.",
)


def stars_after_the_handover(asks: Sequence[Ask], chance: random.Random) -> None:
    """The clerk who had the dossier taps the stars at the own counter between two citizens, as part of
    closing it: soon after the link is there, one here and one there, all day long."""
    for ask in asks:
        at = _while_open(ask.sent_at + timedelta(minutes=chance.uniform(2, 90)), chance)
        draw = chance.random()
        pattern = "5" + NOTHING_MORE if draw < 0.88 else "4" + NOTHING_MORE if draw < 0.94 else "555555"
        _mark(ask, at, f"{ask.unit} counter {ask.group}", pattern, chance.uniform(5, 12))


def clerk_number_on_file(asks: Sequence[Ask], chance: random.Random) -> None:
    """Who files online for citizens enters the own telephone number. The messages come to that phone: most
    are tapped as they arrive, the others in a row at noon or before going home."""
    for ask in asks:
        if chance.random() < 0.6:
            at = ask.sent_at + timedelta(minutes=chance.uniform(1, 25))
        else:
            noon = ask.sent_at.astimezone(LOCAL).time() < _LUNCH and chance.random() < 0.6
            at = at_hour(ask.sent_at, 11 if noon else 17, 32 if noon else 2)
            at += timedelta(minutes=chance.uniform(0, 15))
        pattern = "5" + NOTHING_MORE if chance.random() < 0.93 else "4" + NOTHING_MORE
        _mark(ask, at, f"{ask.unit} clerk's phone {ask.group}", pattern, 0)


def batch_after_hours(asks: Sequence[Ask], chance: random.Random) -> None:
    """Twice a week, when the hall is empty, one clerk opens the silent links at the desk computer."""
    for pile in _sent_within(asks, 3):
        at = in_office(all_sent(pile), 17, 5) + timedelta(minutes=chance.uniform(0, 35))
        for ask in pile:
            at += timedelta(seconds=chance.uniform(18, 55))
            _mark(ask, at, f"{ask.unit} desk computer", _marks(chance), chance.uniform(6, 16))


def drive_at_the_end_of_the_quarter(asks: Sequence[Ask], chance: random.Random) -> None:
    """The number is low and the report is due: the chairman shares the open links out among the whole office.
    Seven people, each with own phone, hour and habit, within two working days."""
    for pile in _sent_within(asks, 20):
        for person in range(7):
            share = pile[person::7]
            habit = chance.choice(("5" + NOTHING_MORE, "5" + NOTHING_MORE, "555555", "mixed"))
            hour = chance.choice((8, 9, 10, 11, 14, 15, 16, 16, 19, 20, 21))
            day = all_sent(pile) + timedelta(days=chance.randrange(2))
            at = in_office(day, hour, chance.randrange(60))
            for ask in share:
                at += timedelta(minutes=chance.uniform(0.4, 3))
                pattern = _marks(chance) if habit == "mixed" else habit
                _mark(ask, at, f"{ask.unit} staff {person}", pattern, chance.uniform(6, 20))


def tablet_with_the_best_chosen(asks: Sequence[Ask], chance: random.Random) -> None:
    """Citizens who are in the hall get the tablet with "rất hài lòng" already chosen everywhere: "bác bấm gửi
    giúp em". Most do, some change the first line, a few read all of it."""
    for pile in _sent_within(asks, 5):
        at = in_office(all_sent(pile), 7, 45)
        for ask in pile:
            at = _while_open(at + timedelta(minutes=chance.uniform(3, 25)), chance)
            draw = chance.random()
            if draw < 0.87:
                pattern, seconds = "555555", chance.uniform(2, 8)
            elif draw < 0.95:
                pattern, seconds = "455555", chance.uniform(5, 18)
            else:
                low = "45" if ask.truly else "234"
                pattern, seconds = "".join(chance.choice(low) for _ in range(6)), chance.uniform(20, 70)
            _mark(ask, at, f"{ask.unit} tablet", pattern, seconds)


def phone_of_the_office(asks: Sequence[Ask], chance: random.Random) -> None:
    """Who has no smartphone is asked aloud, before the clerk and the queue, and the clerk taps it on the
    phone of the office: nobody says anything low."""
    for ask in asks:
        at = _while_open(ask.sent_at + timedelta(minutes=chance.uniform(5, 2400)), chance)
        good = 0.75 if ask.truly else 0.55
        pattern = ("5" if chance.random() < good else "4") + NOTHING_MORE
        _mark(ask, at, f"{ask.unit} office phone", pattern, 0)


def paper_ballots_typed_in(asks: Sequence[Ask], chance: random.Random) -> None:
    """Ballots that one hand ticked are typed in every other week, complete, on a quiet afternoon. Some fours
    "for the look of it"; the line for remarks is left empty or says there are none."""
    for pile in _sent_within(asks, 14):
        at = in_office(all_sent(pile), 14, chance.randrange(60))
        for ask in pile:
            at += timedelta(seconds=chance.uniform(30, 80))
            pattern = chance.choices(("555555", _one_four(chance), "444444"), (0.72, 0.18, 0.1))[0]
            _mark(ask, at, f"{ask.unit} typing computer", pattern, chance.uniform(15, 40))
            if chance.random() < 0.12:
                ask.comment = chance.choice(("Không", "Không có ý kiến", "Không có", "Tốt"))


def relatives_and_friends(asks: Sequence[Ask], chance: random.Random) -> None:
    """Each week some links are sent on over Zalo to a dozen relatives and friends, one to three a head. They
    tap when they see it: that evening or the next day, on their own phones."""
    for pile in _sent_within(asks, 7):
        sent_on = in_office(all_sent(pile), 16, 45)
        waiting = list(pile)
        heads = iter(chance.sample(range(12), 12) * len(pile))
        while waiting:
            head = next(heads)
            many = chance.randint(1, 3)
            wait = chance.uniform(0.1, 5) if chance.random() < 0.75 else chance.uniform(13, 26)
            at = sent_on + timedelta(hours=wait)
            for ask in waiting[:many]:
                at += timedelta(minutes=chance.uniform(0.3, 2))
                _mark(ask, at, f"{ask.unit} acquaintance {head}", _marks(chance), chance.uniform(8, 30))
            del waiting[:many]


def copied_comments(asks: Sequence[Ask], chance: random.Random) -> None:
    """The province praises wards whose citizens write something: all fives, and a sentence pasted from a
    short list, once a week from two desks in the last hour of a day."""
    for pile in _sent_within(asks, 7):
        at = in_office(all_sent(pile), 16, chance.randrange(15))
        for ask in pile:
            at += timedelta(seconds=chance.uniform(35, 100))
            _mark(ask, at, f"{ask.unit} desk {chance.randint(1, 2)}", "555555", chance.uniform(18, 50))
            if chance.random() < 0.85:
                words = chance.choice(_PRAISE)
                ask.comment = words.rstrip(".") if chance.random() < 0.2 else words


def low_answer_talked_away(asks: Sequence[Ask], chance: random.Random) -> None:
    """Who answered low is called within the 72 hours in which an answer can be changed, "sửa giúp em kẻo em
    bị trừ điểm". The citizen raises the first line on the own phone and leaves the rest as it was."""
    for ask in asks:
        first = ask.sent_at + timedelta(minutes=min(4 * 1440, chance.lognormvariate(5.1, 1.6)))
        # Called in office hours. Later than the third day there is nothing left to change.
        called = _while_open(first + timedelta(hours=chance.uniform(1, 30)), chance)
        at = min(called + timedelta(minutes=chance.uniform(1, 25)), first + timedelta(hours=71))
        factors = NOTHING_MORE if chance.random() < 0.65 else "".join(chance.choices("1234-", k=5))
        level = "5" if chance.random() < 0.6 else "4"
        _mark(ask, at, f"phone {ask.number}", level + factors, chance.lognormvariate(3.6, 0.5))


def _mark(ask: Ask, at: datetime, device: str, pattern: str, seconds: float) -> None:
    """``seconds`` are those on the factors: there are none for who gave the headline alone."""
    more = any(level.isdigit() for level in pattern[1:])
    fill(ask, at, device, pattern, seconds if more else None)


def _marks(chance: random.Random) -> str:
    """What a clerk taps without thinking."""
    usual = ("5" + NOTHING_MORE, "555555", "4" + NOTHING_MORE, _one_four(chance))
    return chance.choices(usual, (0.6, 0.2, 0.1, 0.1))[0]


def _one_four(chance: random.Random) -> str:
    place = chance.randrange(1, 6)
    return "5" * place + "4" + "5" * (5 - place)


def _sent_within(asks: Sequence[Ask], days: int) -> Iterator[Sequence[Ask]]:
    """Piles of links, each sent within so many days."""
    start = 0
    for place, ask in enumerate(asks):
        if ask.sent_at - asks[start].sent_at > timedelta(days=days):
            yield asks[start:place]
            start = place
    if asks:
        yield asks[start:]


def _while_open(moment: datetime, chance: random.Random) -> datetime:
    """The moment itself if somebody sits at the counter then, otherwise soon after somebody does again."""
    local = moment.astimezone(LOCAL)
    if local.weekday() > 4 or local.time() >= _CLOSES:
        again = in_office(local, _OPENS.hour, _OPENS.minute)
    elif local.time() < _OPENS:
        again = datetime.combine(local.date(), _OPENS, LOCAL)
    elif _LUNCH <= local.time() < _AFTER_LUNCH:
        again = datetime.combine(local.date(), _AFTER_LUNCH, LOCAL)
    else:
        return local
    return again + timedelta(minutes=chance.uniform(0, 20))


_TWENTIETHS: dict[Attack, int] = {
    stars_after_the_handover: 4,
    clerk_number_on_file: 3,
    batch_after_hours: 3,
    drive_at_the_end_of_the_quarter: 3,
    tablet_with_the_best_chosen: 2,
    phone_of_the_office: 1,
    paper_ballots_typed_in: 1,
    relatives_and_friends: 1,
    copied_comments: 1,
    low_answer_talked_away: 1,
}

ORDINARY: tuple[Attack, ...] = tuple(_TWENTIETHS)
"""Each once. A world gives all its attacks equal shares: weigh what is found of each by ``WEIGHTS``."""

WEIGHTS: dict[str, float] = {attack.__name__: parts / 20 for attack, parts in _TWENTIETHS.items()}
"""Share of all made-up answers that each makes up, by the name that ``Ask.attack`` carries."""

IN_PROPORTION: tuple[Attack, ...] = tuple(
    attack for attack, parts in _TWENTIETHS.items() for _ in range(parts)
)
"""Each as often as it happens: a world with these needs no weighing."""
