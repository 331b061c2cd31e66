"""Letting go of what has been kept long enough, a little at a time, with a report of how much it was."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import personal as said
from core.calendar import LOCAL
from core.database import Database, utc_now
from core.retention_settings import RetentionSettings
from dossiers import personal as dossiers
from feedback import personal as opinions
from notifications import personal as notices
from people import personal as people
from people.repository import add_audit

_AT_ONCE = 200
REPORT_WORDS = {
    "conversations": "cuộc trò chuyện đã bỏ lời",
    "messages": "tin đã bỏ nội dung và số nhận",
    "dossiers": "hồ sơ đã bỏ tên và số",
    "appointments": "lịch hẹn đã qua, bỏ số",
    "proofs": "câu đồng ý, từ chối đã bị câu sau thay",
    "survey_words": "ý kiến bằng lời trong phiếu góp ý",
    "technical": "dòng kỹ thuật (lượt thử, phiên, đường dẫn hết hạn)",
}

_Some = Callable[[AsyncSession], Awaitable[int]]


class Retention:
    def __init__(
        self, database: Database, keep: RetentionSettings, *, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._database, self._keep, self._clock = database, keep, clock

    async def run(self) -> dict[str, int]:
        """Everything that is due; the report, which also goes to the audit. Safe to stop and to repeat."""
        keep = self._keep
        report = {
            "conversations": await self._all(
                lambda s: said.forget_old(s, self._before(keep.conversations_days), _AT_ONCE)
            ),
            "messages": await self._all(
                lambda s: notices.forget_old(s, self._before(keep.messages_days), _AT_ONCE)
            ),
            "dossiers": await self._all(
                lambda s: dossiers.forget_closed(s, self._before(keep.dossiers_days), _AT_ONCE)
            ),
            "appointments": await self._once(
                lambda s: dossiers.forget_appointments(s, self._before(keep.technical_days))
            ),
            "proofs": await self._once(lambda s: people.forget_old_proofs(s, self._before(keep.proofs_days))),
            "survey_words": await self._once(
                lambda s: opinions.forget_words(
                    s, f"{self._before(keep.survey_words_days).astimezone(LOCAL):%Y-%m}"
                )
            ),
            "technical": await self._once(self._technical),
        }
        if any(report.values()):
            async with self._database.writing() as session:
                await add_audit(
                    session,
                    actor="system",
                    action="retention.run",
                    subject="retention",
                    reason=json.dumps(report),
                )
        return report

    async def _technical(self, session: AsyncSession) -> int:
        before = self._before(self._keep.technical_days)
        return await people.forget_technical(session, before) + await dossiers.forget_technical(
            session, before
        )

    def _before(self, days: int) -> datetime:
        return self._clock() - timedelta(days=days)

    async def _all(self, some: _Some) -> int:
        """Again and again, each time in a short transaction of its own."""
        whole = 0
        while done := await self._once(some):
            whole += done
        return whole

    async def _once(self, some: _Some) -> int:
        async with self._database.writing() as session:
            return await some(session)
