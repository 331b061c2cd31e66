"""Invented opinions for a sample city, so that a newcomer sees an index. Marked as samples in every row.

The same seed gives the same answers. One ward is kept too small to be shown and one too small for a share, so
that it can be seen what the report does with them.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import local_day
from core.crypto import keyed_hash
from feedback import count_repository
from feedback.instruments import Instrument, LevelQuestion
from feedback.models import InvitationState, SurveyAnswer, SurveyInvitation
from feedback.span import half_of
from feedback.tally_repository import forget_all
from feedback.wording import freeze

_SEED = 20261122
_MONTHS = 3
_LEVELS = {True: ((4, 0.55), (5, 0.45)), False: ((3, 0.6), (2, 0.3), (1, 0.1))}
_FIELDS = ("Hộ tịch", "Chứng thực", "Đất đai", "Bảo trợ xã hội", "Đăng ký kinh doanh")
_CHANNELS = ("counter", "counter", "online", "online", "online", "post")
_GROUPS = ("Nhóm tiếp nhận", "Nhóm tư pháp – hộ tịch", "Nhóm địa chính – xây dựng")
_COMMENTS = {
    True: (
        "Hướng dẫn rõ, làm nhanh.",
        "Nộp qua mạng tiện, khỏi phải đi lại.",
        "Có kết quả trước hẹn một ngày.",
    ),
    False: (
        "Chờ đến lượt lâu quá.",
        "Phải đi thêm một lần vì thiếu giấy mà lúc đầu không nói.",
        "Trang nộp khó dùng.",
    ),
}


@dataclass(frozen=True)
class SampleWard:
    """How many answer in a ward, how many of them are satisfied, and how many were asked."""

    unit: str
    answered: int
    satisfied: int
    invited: int


def _ward(name: str, answered: int, satisfied: int, invited: int) -> SampleWard:
    return SampleWard(f"UBND phường {name}", answered, satisfied, invited)


WARDS = (
    _ward("Quy Nhơn", 96, 94, 214),
    _ward("Quy Nhơn Bắc", 44, 40, 101),
    _ward("Quy Nhơn Đông", 38, 32, 95),
    _ward("Quy Nhơn Nam", 61, 57, 140),
    _ward("Quy Nhơn Tây", 18, 16, 47),
    _ward("Long Khánh", 72, 71, 160),
    _ward("Bảo Vinh", 41, 38, 88),
    _ward("Bình Lộc", 33, 27, 121),
    _ward("Hàng Gòn", 3, 3, 11),
    _ward("Xuân Lập", 9, 8, 24),
)


async def plant_sample(
    session: AsyncSession, instrument: Instrument, *, today: date, wards: Sequence[SampleWard] = WARDS
) -> int:
    """Add invented invitations and answers of the last months; how many answers. Nothing if they stand."""
    if await count_repository.has_sample_answers(session):
        return 0
    chance = random.Random(_SEED)
    await freeze(session, instrument, datetime.combine(today, time.min, UTC))
    for ward in wards:
        satisfied = [place < ward.satisfied for place in range(ward.answered)]
        chance.shuffle(satisfied)
        for place in range(ward.invited):
            invitation = _invitation(ward, place, instrument, today, chance)
            session.add(invitation)
            if place < ward.answered:
                session.add(_answer(invitation, instrument, chance, satisfied=satisfied[place]))
    await session.flush()
    await forget_all(session)
    return sum(ward.answered for ward in wards)


def _invitation(
    ward: SampleWard, place: int, instrument: Instrument, today: date, chance: random.Random
) -> SurveyInvitation:
    # Not in the last days: those would still be waiting for their invitation.
    closed = datetime.combine(today, time(3), UTC) - timedelta(days=chance.randint(4, 30 * _MONTHS - 1))
    name = f"sample {ward.unit} {place}"
    return SurveyInvitation(
        dossier_hash=keyed_hash(name, "survey-dossier"),
        unit=ward.unit,
        field=chance.choice(_FIELDS),
        channel=chance.choice(_CHANNELS),
        officer_group=chance.choice(_GROUPS),
        closed_at=closed,
        closed_month=f"{local_day(closed):%Y-%m}",
        closed_half=half_of(local_day(closed)),
        instrument=instrument.id,
        instrument_version=instrument.version,
        token_hash=keyed_hash(name, "survey-token-hash"),
        send_at=closed + timedelta(days=1),
        expires_at=closed + timedelta(days=2),
        state=InvitationState.ENDED,
        sample=True,
    )


def _answer(
    invitation: SurveyInvitation, instrument: Instrument, chance: random.Random, *, satisfied: bool
) -> SurveyAnswer:
    answers: dict[str, int | str] = {}
    for question in instrument.questions:
        if question.id == instrument.headline:
            answers[question.id] = _level(chance, satisfied=satisfied)
        elif isinstance(question, LevelQuestion) and chance.random() < 0.4:
            answers[question.id] = _level(chance, satisfied=satisfied or chance.random() < 0.5)
    headline = answers[instrument.headline] if instrument.headline else None
    return SurveyAnswer(
        answer_key=keyed_hash(invitation.dossier_hash, "survey-sample-answer"),
        month=invitation.closed_month,
        half=invitation.closed_half,
        unit=invitation.unit,
        field=invitation.field,
        channel=invitation.channel,
        officer_group=invitation.officer_group,
        instrument=instrument.id,
        instrument_version=instrument.version,
        headline=headline if isinstance(headline, int) else None,
        answers=answers,
        factors=instrument.factors_of(answers),
        comment=chance.choice(_COMMENTS[satisfied]) if chance.random() < 0.15 else None,
        change_until=invitation.expires_at.isoformat(),
        sample=True,
    )


def _level(chance: random.Random, *, satisfied: bool) -> int:
    levels, weights = zip(*_LEVELS[satisfied], strict=True)
    return int(chance.choices(levels, weights)[0])
