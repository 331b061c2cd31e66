"""A server that speaks Rasa's REST channel: it thinks for a moment and says what it heard.

What begins with ``FILES`` does something as well, in the middle of its thinking, written down once a turn
as by the actions of the product.
"""

from __future__ import annotations

import argparse
import asyncio
from collections import Counter
from functools import partial

import uvloop
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.tries import Try, once
from core.database import Database
from core.events import publish
from core.message import OutboundMessage, Outcome, Reply
from core.settings import settings
from gateway.keys import activate_keys

FILES = "phản ánh"
FILED = "bench.filed"
"""An event for each time that something was done; its subject is the turn."""
_DATABASE = web.AppKey("database", Database)
_HALF_SECONDS = web.AppKey("half_seconds", float)
"""Half of the time that an answer takes."""


_THINKING = web.AppKey("thinking", Counter[str])
"""Turns under way, by sender."""


async def _answer(request: web.Request) -> web.Response:
    body = await request.json()
    heard = Reply(outcome=Outcome.ANSWER, messages=[OutboundMessage(text=body["message"])])
    request.app[_THINKING][body["sender"]] += 1
    await asyncio.sleep(request.app[_HALF_SECONDS])
    if body["message"].startswith(FILES):
        metadata = body["metadata"]
        asked = Try(metadata["conversation"], metadata["turn"], metadata["try"])
        async with request.app[_DATABASE].writing() as session:
            heard = await once(session, asked, partial(_file, session, asked, heard))
    await asyncio.sleep(request.app[_HALF_SECONDS])
    request.app[_THINKING][body["sender"]] -= 1
    reply = heard.model_dump(mode="json")
    return web.json_response([{"recipient_id": body["sender"], "custom": {"reply": reply}}])


async def _file(session: AsyncSession, asked: Try, heard: Reply) -> Reply:
    await publish(session, type=FILED, subject=asked.turn, body={})
    return heard


async def _status(request: web.Request) -> web.Response:
    return web.json_response({"status": "ok", "thinking": request.app[_THINKING].total()})


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--thinks-seconds", type=float, default=0.05)
    arguments = parser.parse_args()
    activate_keys(settings())
    app = web.Application()
    app[_THINKING] = Counter()
    app[_HALF_SECONDS] = arguments.thinks_seconds / 2
    app[_DATABASE] = Database(settings().database)
    app.add_routes([web.post("/webhooks/rest/webhook", _answer), web.get("/webhooks/rest/", _status)])
    uvloop.install()
    web.run_app(
        app, host="127.0.0.1", port=arguments.port, access_log=None, print=None, loop=uvloop.new_event_loop()
    )


if __name__ == "__main__":
    main()
