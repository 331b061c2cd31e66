"""A short way in for what comes in floods: past everything that pages need and machines do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from starlette.routing import Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send


class ShortWay:
    """ASGI middleware. A request that fits none of ``routes`` goes the usual way.

    ``handlers``: of errors, those of the application.
    """

    def __init__(
        self, app: ASGIApp, *, routes: Sequence[Route], handlers: Mapping[Any, Any] | None = None
    ) -> None:
        self._app, self._routes, self._of_errors = app, routes, handlers or {}
        self._beginnings = tuple({route.path.partition("{")[0] for route in routes})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(self._beginnings):
            for route in self._routes:
                match, found = route.matches(scope)
                if match is Match.FULL:
                    scope.update(found)
                    scope["starlette.exception_handlers"] = (self._handlers, {})
                    await route.handle(scope, receive, send)
                    return
        await self._app(scope, receive, send)

    @cached_property
    def _handlers(self) -> dict[Any, Any]:
        """Those added until the first request; an error that nobody expects is the server's own matter."""
        return {kind: one for kind, one in self._of_errors.items() if kind is not Exception}
