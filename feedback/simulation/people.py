"""Invented citizens who answer honestly: who of them answers, when, from where, and how much they tell."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

NOT_ASKED = "-"


@dataclass
class Ask:
    """One drawn dossier and what came of it. ``truly`` satisfied: what the citizen thinks, answered or not.

    ``pattern``: level of the headline and of five factors, "-" for none; empty for silence. ``attack`` names
    who made the answer up.
    """

    unit: str
    field: str
    channel: str
    procedure: str
    group: str
    closed_at: datetime
    sent_at: datetime
    truly: bool
    answered_at: datetime | None = None
    pattern: str = ""
    device: str = ""
    seconds: float | None = None
    comment: str | None = None
    attack: str = ""
    number: int = 0
    reached: bool = True
    key: str = ""


@dataclass(frozen=True)
class Habits:
    """How likely the satisfied and the others are to answer: equally, and silence says nothing.

    ``helped_at_computer``: answers on the office's public computer. ``same_exit``: cannot be told from other
    phones of the kind, because a carrier sends many out of one address.
    """

    satisfied_answer: float = 0.38
    others_answer: float = 0.38
    go_on: float = 0.35
    shared_phone: float = 0.03
    helped_at_computer: float = 0.005
    same_exit: float = 0.02

    def answers(self, truly: bool) -> float:
        return self.satisfied_answer if truly else self.others_answer


_COMMENTS = {
    True: (
        "Hướng dẫn kỹ, làm đúng hẹn.",
        "Chỗ ngồi mát, có người chỉ lấy số.",
        "Nộp ở nhà, bưu điện mang tới tận nơi.",
        "Cán bộ nói dễ hiểu.",
    ),
    False: (
        "Chờ hơn một tiếng mới tới lượt.",
        "Mỗi lần tới lại thiếu một thứ giấy.",
        "Trễ hẹn mà không ai báo.",
        "Trang nộp hồ sơ bị lỗi, phải ra tận nơi.",
        "Người tiếp nói trống không, hách dịch.",
    ),
}


def answer_honestly(ask: Ask, habits: Habits, chance: random.Random) -> None:
    """Let the citizen answer, or not."""
    if chance.random() >= habits.answers(ask.truly):
        return
    ask.answered_at = ask.sent_at + _delay(chance)
    level = chance.choices((4, 5), (0.55, 0.45))[0] if ask.truly else chance.choices((3, 2, 1), (6, 3, 1))[0]
    factors = NOT_ASKED * 5
    if chance.random() < habits.go_on:
        factors = "".join(_factor(level, chance) for _ in range(5))
        ask.seconds = chance.lognormvariate(3.6, 0.5)
        if chance.random() < 0.3:
            ask.comment = chance.choice(_COMMENTS[ask.truly])
    ask.pattern = f"{level}{factors}"
    ask.device = f"phone {ask.number}"
    if chance.random() < habits.helped_at_computer:
        ask.device = f"public computer {ask.unit}"
    elif chance.random() < habits.same_exit:
        ask.device = f"carrier {chance.randint(1, 30)}"


def share_some_phones(asks: list[Ask], habits: Habits, chance: random.Random) -> None:
    """A daughter answers for her parents, a neighbour helps next door: two or three dossiers on one phone."""
    answered = [ask for ask in asks if ask.answered_at]
    for ask in answered:
        if chance.random() < habits.shared_phone:
            other = chance.choice(answered)
            if other.unit == ask.unit and not other.device.startswith("family"):
                ask.device = other.device = f"family {ask.number}"


def _delay(chance: random.Random) -> timedelta:
    """Half within three hours, one in twelve within ten minutes, some after days."""
    return timedelta(seconds=max(20.0, min(86400 * 20, chance.lognormvariate(9.2, 2.0))))


def _factor(level: int, chance: random.Random) -> str:
    if chance.random() < 0.12:
        return NOT_ASKED
    return str(min(5, max(1, level + chance.choices((-1, 0, 1), (0.2, 0.62, 0.18))[0])))
