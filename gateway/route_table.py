"""The application's own table of routes, those of included routers with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from people.permissions import Permission


@dataclass(frozen=True)
class KnownRoute:
    """``permission``: what the door of a console page asks for; ``has_door``: whether it has one."""

    path: str
    methods: frozenset[str]
    permission: Permission | None
    has_door: bool


def routes_of(app: FastAPI) -> Iterator[KnownRoute]:
    """FastAPI keeps included routers as they are: ``app.routes`` alone shows next to nothing."""
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if not isinstance(route, APIRoute):
            continue
        doors = [one.call for one in route.dependant.dependencies if hasattr(one.call, "permission")]
        yield KnownRoute(
            context.path or route.path,
            frozenset(context.methods or route.methods or ()),
            doors[0].permission if doors else None,  # type: ignore[union-attr]
            bool(doors),
        )
