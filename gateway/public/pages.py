"""Draws the citizen pages: templates, the house, and the address of every static file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gateway.public.assets import Assets
from gateway.public.site import Site

TEMPLATES = Path(__file__).parent / "templates"
SIZE_COOKIE = "motcua_size"
SIZES = ("medium", "large", "largest")


class Pages:
    def __init__(self, assets: Assets, site: Site, *, timezone: str = "Asia/Ho_Chi_Minh") -> None:
        self.assets, self.site = assets, site
        self.zone = ZoneInfo(timezone)
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(
            asset=assets.url,
            modules=list(assets.below("chat")),
            site=site,
            icons=assets.url("vendor/icons.svg"),
        )

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def text(self, template: str, **context: Any) -> str:
        """A template as text, for a piece of a page."""
        return self._environment.get_template(template).render(**context)

    def page(
        self,
        request: Request,
        template: str,
        *,
        status: int = 200,
        private: bool = False,
        lang: str = "vi",
        **context: Any,
    ) -> HTMLResponse:
        """A whole page. ``private``: it is somebody's own and stays in no cache."""
        size = request.cookies.get(SIZE_COOKIE, "")
        body = self.text(template, lang=lang, size=size if size in SIZES else SIZES[0], **context)
        caching = "no-store" if private or status >= 400 else "private, no-cache"
        return HTMLResponse(body, status, headers={"Cache-Control": caching})
