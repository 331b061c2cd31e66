"""A short way in for what comes in floods: past everything that pages need and machines do not."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send


class ShortWay:
    """ASGI middleware. A request that fits none of ``routes`` goes the usual way."""

    def __init__(self, app: ASGIApp, *, routes: Sequence[Route]) -> None:
        self._app, self._routes = app, routes
        self._beginnings = tuple({route.path.partition("{")[0] for route in routes})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(self._beginnings):
            for route in self._routes:
                match, found = route.matches(scope)
                if match is Match.FULL:
                    scope.update(found)
                    await route.handle(scope, receive, send)
                    return
        await self._app(scope, receive, send)
