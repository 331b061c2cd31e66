"""Why was this (not) sent? The ledger for machine clients."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from fastapi import APIRouter, Depends, HTTPException, Response

from core.database import Database, utc_now
from dossiers.lookup import normal_code
from notifications import ledger
from notifications.ledger import DossierLedger, NotificationView
from notifications.proof import as_pdf, proof_of


def ledger_router(
    database: Database,
    caller: Callable[..., Awaitable[str]],
    *,
    public_url: str | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> APIRouter:
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

    @router.get("/dossiers/{code}/proof.pdf")
    async def proof(code: str, message: str | None = None, _caller: str = Depends(caller)) -> Response:
        """A page to print: which notices were given, and that the ledger behind them is whole."""
        code = normal_code(code)
        async with database.reading() as session:
            found = await proof_of(session, code, now=clock(), public_url=public_url, only_message=message)
        if found is None:
            raise HTTPException(404, "Chưa có tin nào về hồ sơ này được gửi đi.")
        made = await asyncio.to_thread(as_pdf, found)
        headers = {"Content-Disposition": f'attachment; filename="thong-bao-{code}.pdf"'}
        return Response(made, media_type="application/pdf", headers=headers)

    return router
