"""A believable year of opinions: units of different quality, seasons, silence that depends on the answer,
and somebody who cheats. The same seed gives the same year.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from core.calendar import LOCAL, WorkingCalendar
from feedback.flags import Trace
from feedback.simulation.attacks import ATTACKS, Attack
from feedback.simulation.people import Ask, Habits, answer_honestly, share_some_phones

FIELDS = (
    ("Hộ tịch", 0.34, 0.02),
    ("Chứng thực", 0.27, 0.02),
    ("Đất đai", 0.15, -0.09),
    ("Hoạt động xây dựng", 0.06, -0.06),
    ("Bảo trợ xã hội", 0.12, 0.01),
    ("Đăng ký kinh doanh", 0.06, 0.0),
)
"""Name, share of the dossiers, and how many points above or below its unit the field lies (as a fraction)."""
_PROCEDURES = {
    "Hộ tịch": "1.001193",
    "Chứng thực": "2.000815",
    "Đất đai": "1.012783",
    "Hoạt động xây dựng": "1.013225",
    "Đăng ký kinh doanh": "1.001612",
}
_GROUPS = ("Nhóm tiếp nhận", "Nhóm tư pháp – hộ tịch", "Nhóm địa chính – xây dựng")
_CHANNELS = (("online", 0.55), ("counter", 0.35), ("post", 0.10))


@dataclass(frozen=True)
class Office:
    """``quality``: share of the citizens who are truly satisfied. ``drawn`` dossiers a year."""

    name: str
    quality: float
    drawn: int
    drift: float = 0.0
    """How much the quality rises over the year."""


OFFICES = (
    Office("UBND phường Quy Nhơn", 0.95, 2600),
    Office("UBND phường Quy Nhơn Bắc", 0.91, 900),
    Office("UBND phường Quy Nhơn Đông", 0.84, 800, 0.06),
    Office("UBND phường Quy Nhơn Nam", 0.93, 1500),
    Office("UBND phường Quy Nhơn Tây", 0.90, 240),
    Office("UBND phường Long Khánh", 0.97, 2100),
    Office("UBND phường Bảo Vinh", 0.94, 900),
    Office("UBND phường Bình Lộc", 0.86, 520, -0.05),
    Office("UBND phường Hàng Gòn", 0.92, 36),
    Office("UBND phường Xuân Lập", 0.90, 130),
)


@dataclass(frozen=True)
class World:
    """``cheating``: share of all answers that are made up, by each attack in turn."""

    offices: tuple[Office, ...] = OFFICES
    habits: Habits = field(default_factory=Habits)
    cheating: float = 0.0
    attacks: tuple[Attack, ...] = ATTACKS
    size: float = 1.0
    calendar: WorkingCalendar = field(default_factory=WorkingCalendar)


def simulate(world: World, first: date, last: date, seed: int) -> list[Ask]:
    """Every drawn dossier of the days, in the order in which they closed."""
    chance = random.Random(seed)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    days = [day for day in days if world.calendar.is_working_day(day)]
    asks: list[Ask] = []
    for office in world.offices:
        count = round(office.drawn * world.size * (last - first).days / 365)
        for day in sorted(chance.choices(range(len(days)), _season(days), k=count)):
            asks.append(_ask(office, days[day], day / len(days), world, chance))
    asks.sort(key=lambda ask: ask.closed_at)
    for number, ask in enumerate(asks):
        ask.number, ask.key = number, f"{seed}-{number}"
    for ask in asks:
        if ask.reached:
            answer_honestly(ask, world.habits, chance)
    share_some_phones(asks, world.habits, chance)
    if world.cheating:
        _cheat(asks, world, chance)
    return asks


def traces_of(asks: Sequence[Ask]) -> list[Trace]:
    """How the answers would be seen by whoever looks for made-up ones."""
    return [
        Trace(
            key=ask.key,
            unit=ask.unit,
            at=ask.answered_at,
            pattern=ask.pattern,
            device=ask.device,
            sent_at=ask.sent_at,
            closed_at=ask.closed_at,
            seconds=ask.seconds,
        )
        for ask in asks
        if ask.answered_at is not None
    ]


def _season(days: Sequence[date]) -> list[float]:
    """More before the school year and at the year's end, little around Tết."""
    by_month = (0.9, 0.6, 1.1, 1.0, 1.0, 1.1, 1.2, 1.3, 1.1, 1.0, 1.0, 1.1)
    return [by_month[day.month - 1] for day in days]


def _ask(office: Office, day: date, part: float, world: World, chance: random.Random) -> Ask:
    name, _, better = chance.choices(FIELDS, [share for _, share, _ in FIELDS])[0]
    [channel] = chance.choices([one for one, _ in _CHANNELS], [share for _, share in _CHANNELS])
    closed = datetime.combine(day, time(8), LOCAL) + timedelta(minutes=chance.uniform(0, 510))
    quality = min(0.995, max(0.3, office.quality + better + office.drift * (part - 0.5)))
    return Ask(
        unit=office.name,
        field=name,
        channel=channel,
        procedure=_PROCEDURES.get(name, "1.001776"),
        group=_GROUPS[2] if name in ("Đất đai", "Hoạt động xây dựng") else chance.choice(_GROUPS[:2]),
        closed_at=closed,
        sent_at=world.calendar.next_opening(closed + timedelta(hours=24)),
        truly=chance.random() < quality,
        reached=chance.random() < 0.93,
    )


def _cheat(asks: Sequence[Ask], world: World, chance: random.Random) -> None:
    """In two offices, in the weeks before reports are due, until the made-up answers are the share wanted."""
    answered = sum(ask.answered_at is not None for ask in asks)
    left = round(world.cheating * answered / (1 - world.cheating))
    offices = sorted({ask.unit for ask in asks}, key=lambda unit: -sum(ask.unit == unit for ask in asks))
    for place, attack in enumerate(world.attacks):
        share = left // (len(world.attacks) - place)
        unit = offices[place % min(3, len(offices))]
        silent = [ask for ask in asks if ask.unit == unit and ask.answered_at is None and not ask.attack]
        # In a row, as it happens before a report: not a few here and there over the year.
        start = chance.randrange(max(1, len(silent) - 2 * share))
        chosen = sorted(
            chance.sample(silent[start : start + 2 * share], min(share, len(silent))), key=_closed
        )
        attack(chosen, chance)
        for ask in chosen:
            ask.attack = attack.__name__
        left -= len(chosen)


def _closed(ask: Ask) -> datetime:
    return ask.closed_at
