"""A server that speaks Rasa's REST channel: it thinks for a moment and says what it heard."""

from __future__ import annotations

import argparse
import asyncio

import uvloop
from aiohttp import web

_THINKS_SECONDS = 0.05


async def _answer(request: web.Request) -> web.Response:
    body = await request.json()
    await asyncio.sleep(_THINKS_SECONDS)
    reply = {"outcome": "answer", "messages": [{"text": body["message"]}]}
    return web.json_response([{"recipient_id": body["sender"], "custom": {"reply": reply}}])


async def _version(_request: web.Request) -> web.Response:
    return web.json_response({"version": "stub"})


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    app = web.Application()
    app.add_routes([web.post("/webhooks/rest/webhook", _answer), web.get("/version", _version)])
    uvloop.install()
    web.run_app(
        app, host="127.0.0.1", port=arguments.port, access_log=None, print=None, loop=uvloop.new_event_loop()
    )


if __name__ == "__main__":
    main()
