"""One turn of the assistant for commands on this machine and for machine clients."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from conversations.desk import Desk
from core.message import InboundMessage

CHANNEL = "console"


class TurnRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str = Field(default="", max_length=100_000)
    conversation: str = Field(min_length=1, max_length=128)
    action: str | None = Field(default=None, max_length=64)
    external_id: str | None = Field(default=None, max_length=128)


def turns_router(desk: Desk, caller: Callable[..., Awaitable[str]]) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["turns"])

    @router.post("/turns")
    async def take(request: TurnRequest, _caller: str = Depends(caller)) -> dict[str, Any]:
        """What the assistant answers, with how the turn ended."""
        result = await desk.take(
            InboundMessage(
                channel=CHANNEL,
                conversation_key=request.conversation,
                external_id=request.external_id,
                text=request.text,
                action=request.action,
            )
        )
        reply = result.reply
        return {
            "outcome": reply.outcome,
            "task": reply.task,
            "code": reply.code,
            "options": reply.options,
            "facets": reply.facets,
            "text": reply.text,
            "latency_ms": result.latency_ms,
            "own_ms": result.own_ms,
            "p_first": reply.context.get("p_first"),
            "p_three": reply.context.get("p_three"),
            "conversation": request.conversation,
            "buttons": [button.title for message in reply.messages for button in message.buttons],
        }

    return router
