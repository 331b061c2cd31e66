"""Ratings of Zalo's templates: as they are announced, and from Zalo's own list, so that none is missing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from core.database import Database, utc_now
from dossiers.repository import dossier_by_code
from feedback import template_ratings
from notifications import trail_repository
from wire.zalo.client import Rating, ZaloClient, ZaloRefused
from wire.zalo.http import ZaloUnclear, ZaloUnreached
from wire.zalo.provider import TEMPLATES
from wire.zalo.tokens import NoToken

log = structlog.get_logger()

_BACK = timedelta(days=3)
_PAGE = 100


class TemplateRatings:
    def __init__(self, database: Database, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._database, self._clock = database, clock

    async def keep(self, rating: Rating) -> bool:
        """Whether it was not known yet."""
        async with self._database.writing() as session:
            code = await trail_repository.dossier_of(
                session, TEMPLATES, reference=rating.tracking_id, provider_message_id=rating.message_id
            )
            dossier = await dossier_by_code(session, code) if code else None
            return await template_ratings.keep(
                session,
                message_id=rating.message_id,
                stars=rating.rate,
                note=rating.note,
                choices=rating.feedbacks,
                at=rating.at,
                unit=dossier.unit if dossier else None,
            )

    async def reconcile(self, client: ZaloClient) -> int:
        """Bring in what Zalo's list has of the last days; how many were missing here."""
        now, missing = self._clock(), 0
        for template_id in {one.template_id for one in client.settings.templates.values()}:
            offset = 0
            while True:
                try:
                    rows, total = await client.ratings(
                        template_id, since=now - _BACK, until=now, offset=offset, limit=_PAGE
                    )
                except (ZaloRefused, ZaloUnclear, ZaloUnreached, NoToken) as error:
                    log.warning("ratings_not_reconciled", reason=type(error).__name__)
                    break
                for rating in rows:
                    missing += await self.keep(rating)
                offset += len(rows)
                if not rows or offset >= total:
                    break
        return missing
