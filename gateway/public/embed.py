"""``/nhung.js``: one script tag on a ward's own site, and the chat opens there in a frame."""

from __future__ import annotations

from collections.abc import Collection

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from gateway.public.assets import Assets

LOADER = "embed.js"


def embed_router(assets: Assets, *, framed_by: Collection[str]) -> APIRouter:
    """The loader, only where a site is allowed to frame the chat: elsewhere its frame would stay empty."""
    router = APIRouter(include_in_schema=False)

    @router.get("/nhung.js")
    async def loader(request: Request) -> Response:
        if not framed_by:
            raise HTTPException(404)
        asset = assets[LOADER]
        headers = {
            "ETag": f'"{asset.digest}"',
            "Cache-Control": "public, max-age=3600",  # its address has no hash: the ward writes it once
            "Vary": "Accept-Encoding",
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        if f'"{asset.digest}"' in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if asset.packed and "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return Response(asset.packed, media_type=asset.kind, headers=headers)
        return Response(asset.body, media_type=asset.kind, headers=headers)

    return router
