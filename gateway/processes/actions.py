"""The process that runs Rasa's actions: the SDK's executor behind a route on the loopback.

The SDK's own server listens on every interface with two processes; this one listens on 127.0.0.1.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
import uvicorn
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

from bot import doors
from bot.actions.register import register
from bot.actions.services import Services
from core import garbage, logging, metrics
from core.database import Database, utc_now
from core.settings import settings
from gateway.keys import activate_keys, assistant_secret
from gateway.knowledge import LiveKnowledge
from gateway.searching import Searching
from knowledge.dialogue.deciding import decide_on

log = structlog.get_logger()


def create_app(database: Database, live: LiveKnowledge, *, key: str) -> FastAPI:
    """``key``: of the door, without which nobody is let in."""
    executor = ActionExecutor()
    services = Services(
        database=database,
        base=live.base,
        calendar=live.calendar,
        complaint_terms=live.complaint_terms,
        clock=utc_now,
    )
    register(executor, services)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await live.load()
        garbage.seldom()
        watching = asyncio.create_task(live.watch())
        yield
        watching.cancel()
        await database.dispose()

    async def known(request: Request) -> None:
        if not doors.opens(request.headers.get(doors.HEADER), key):
            metrics.GUESSES.labels(metrics.GuessedDoor.ACTIONS).inc()
            raise HTTPException(401, doors.REFUSED, headers={"WWW-Authenticate": "Bearer"})

    app = FastAPI(lifespan=lifespan, openapi_url=None, dependencies=[Depends(known)])

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.post("/heard", status_code=204)
    async def heard(request: Request) -> None:
        """A message that Rasa is classifying: which procedure it is about is found out meanwhile."""
        call: dict[str, Any] = await request.json()
        await asyncio.to_thread(decide_on, live.base(), str(call.get("text") or ""))

    @app.post("/webhook")
    async def webhook(request: Request) -> JSONResponse:
        call: dict[str, Any] = await request.json()
        name = str(call.get("next_action"))
        if call.get("domain") is None:  # only the form validators are sent one (bot/domain); others need none
            call["domain"] = {}
        try:
            result = await executor.run(call)
        except ActionExecutionRejection as rejection:
            return JSONResponse({"error": str(rejection), "action_name": name}, status_code=400)
        except ActionNotFoundException:
            return JSONResponse({"error": "no such action", "action_name": name}, status_code=404)
        except Exception as error:
            log.error("action_failed", action=name, exc_info=error)
            return JSONResponse({"error": "action failed", "action_name": name}, status_code=500)
        return JSONResponse(result.model_dump() if result else {})

    return app


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    logging.configure(settings().log_level, process="actions")
    activate_keys(settings())
    database = Database(settings().database)
    app = create_app(
        database,
        LiveKnowledge(database, Searching.of(settings())),
        key=doors.key_of(doors.ACTIONS, assistant_secret(settings())),
    )
    uvicorn.run(app, host="127.0.0.1", port=arguments.port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
