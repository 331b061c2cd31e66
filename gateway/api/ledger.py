"""Why was this (not) sent? The ledger for machine clients."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Depends, HTTPException

from core.database import Database
from dossiers.lookup import normal_code
from notifications import ledger
from notifications.ledger import DossierLedger, NotificationView


def ledger_router(database: Database, caller: Callable[..., Awaitable[str]]) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["ledger"])

    @router.get("/dossiers/{code}/notifications")
    async def of_dossier(code: str, _caller: str = Depends(caller)) -> DossierLedger:
        """Everything planned, sent or left unsent about a dossier, with attempts, receipts and reasons."""
        async with database.reading() as session:
            found = await ledger.for_dossier(session, normal_code(code))
        if found is None:
            raise HTTPException(404, "Chưa có tin nào về hồ sơ này.")
        return found

    @router.get("/notifications/{message_id}")
    async def of_message(message_id: str, _caller: str = Depends(caller)) -> NotificationView:
        """One message with its attempts, receipts and reason."""
        async with database.reading() as session:
            found = await ledger.for_message(session, message_id)
        if found is None:
            raise HTTPException(404, "Không có tin này.")
        return found

    return router
