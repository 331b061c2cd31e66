"""Zalo's answers: HTTP 200 even for an error."""

from __future__ import annotations

from typing import Any

from aiohttp import web


def done(data: Any, **more: Any) -> web.Response:
    return web.json_response({"error": 0, "message": "Success", "data": data, **more})


def refused(code: int, words: str = "Error of the sandbox") -> web.Response:
    return web.json_response({"error": code, "message": words})
