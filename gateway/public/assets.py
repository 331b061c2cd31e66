"""Styles, scripts and fonts: read once, hashed, compressed, served for ever under their hash.

References inside a style or a module (``url("…")``, ``from "./…"``) get the hash of what they point at, so a
page that names the new style also gets the new font, and an old page keeps what it was drawn with.
"""

from __future__ import annotations

import gzip
import hashlib
import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

STATIC = Path(__file__).parent / "static"
PREFIX = "/static/"

_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
    ".json": "application/json",
}
_REFERENCE = re.compile(
    r"""(?P<open>url\(["']?|(?:from|import)\s*["'])(?P<path>\.{0,2}[\w./-]+)(?P<close>["']?)"""
)
_FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Asset:
    body: bytes
    packed: bytes | None
    kind: str
    digest: str


class Assets:
    """The files of one folder by their path in it, served under ``prefix``."""

    def __init__(self, folder: Path = STATIC, prefix: str = PREFIX) -> None:
        self._folder, self.prefix = folder, prefix
        self._found: dict[str, Asset] = {}
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix in _KINDS:
                self._read(path.relative_to(folder).as_posix(), ())

    def __contains__(self, path: str) -> bool:
        return path in self._found

    def __getitem__(self, path: str) -> Asset:
        return self._found[path]

    def url(self, path: str) -> str:
        """Address of a file with its hash; ``KeyError`` when there is no such file."""
        return f"{self.prefix}{path}?v={self._found[path].digest}"

    def below(self, folder: str) -> Iterable[str]:
        """Paths of the files under a folder, in order."""
        return [path for path in self._found if path.startswith(folder + "/")]

    def _read(self, path: str, above: tuple[str, ...]) -> Asset:
        if path in self._found:
            return self._found[path]
        if path in above:
            raise ValueError(f"static files in a circle: {' -> '.join([*above, path])}")
        body = (self._folder / path).read_bytes()
        suffix = posixpath.splitext(path)[1]
        if suffix in (".css", ".js"):
            body = self._hashed(body.decode(), path, (*above, path)).encode()
        packed = gzip.compress(body, 9, mtime=0) if suffix != ".woff2" else None
        asset = Asset(body, packed, _KINDS[suffix], hashlib.sha256(body).hexdigest()[:12])
        self._found[path] = asset
        return asset

    def _hashed(self, text: str, path: str, above: tuple[str, ...]) -> str:
        def with_hash(match: re.Match[str]) -> str:
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), match["path"]))
            if not (self._folder / target).is_file():
                return match[0]
            digest = self._read(target, above).digest
            return f"{match['open']}{match['path']}?v={digest}{match['close']}"

        return _REFERENCE.sub(with_hash, text)


def assets_router(assets: Assets) -> APIRouter:
    router = APIRouter()

    @router.get(assets.prefix + "{path:path}", include_in_schema=False)
    async def static_file(path: str, request: Request, v: str = "") -> Response:
        if path not in assets:
            raise HTTPException(404)
        asset = assets[path]
        headers = {
            "ETag": f'"{asset.digest}"',
            "Cache-Control": _FOR_EVER if v == asset.digest else "no-cache",
            "Vary": "Accept-Encoding",
        }
        if f'"{asset.digest}"' in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if asset.packed and "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return Response(asset.packed, media_type=asset.kind, headers=headers)
        return Response(asset.body, media_type=asset.kind, headers=headers)

    return router
