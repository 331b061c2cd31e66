"""The words people are asked in: kept as they stood when a questionnaire was first used, changed never."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from feedback import repository
from feedback.instruments import Instrument
from feedback.models import SurveyInstrument, SurveyInvitation


class FrozenWordingError(ValueError):
    """A questionnaire was changed without a new version after people had been asked with it."""


async def why_not_reworded(session: AsyncSession, instrument: Instrument) -> str | None:
    """Why a questionnaire must not be published: other words under a version people were asked with."""
    known = await repository.frozen_instrument(session, instrument.id, instrument.version)
    if known is None or known.digest == instrument.digest:
        return None
    return (
        f"phiếu '{instrument.id}' bản {instrument.version} đã có người được hỏi nên không đổi lời được:"
        " tăng 'version'"
    )


async def freeze(session: AsyncSession, instrument: Instrument, now: datetime) -> None:
    """Keep the wording of a questionnaire that is about to be used; ``FrozenWordingError`` if it changed."""
    problem = await why_not_reworded(session, instrument)
    if problem:
        raise FrozenWordingError(problem)
    if await repository.frozen_instrument(session, instrument.id, instrument.version) is None:
        await repository.add_instrument(
            session,
            SurveyInstrument(
                id=instrument.id,
                version=instrument.version,
                digest=instrument.digest,
                body=instrument.model_dump_json(),
                first_used_at=now,
            ),
        )


class Wordings:
    """Questionnaires in the words of their time, whatever the content says by now; each is read once."""

    def __init__(self) -> None:
        self._read: dict[tuple[str, int], Instrument] = {}

    async def of(self, session: AsyncSession, invitation: SurveyInvitation) -> Instrument:
        key = (invitation.instrument, invitation.instrument_version)
        if key not in self._read:
            frozen = await repository.frozen_instrument(session, *key)
            if frozen is None:
                raise LookupError(f"no wording is kept of {invitation.instrument} {key[1]}")
            self._read[key] = Instrument.model_validate_json(frozen.body)
        return self._read[key]
