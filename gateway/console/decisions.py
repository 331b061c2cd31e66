"""A new year of the working calendar and a new document of targets: each begins as a draft in its form."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from core import editing
from core.content import live_version, published
from core.editing import EditingError
from feedback.targets import City, TargetFile
from gateway import content_desk, decisions
from gateway.console.doors import AtConsole, Door
from gateway.console.model_form import fields_of, read_form
from gateway.console.pages import ConsolePages
from people.permissions import Permission

HOME = "/console/noi-dung"


def decisions_router(pages: ConsolePages, door: Door) -> APIRouter:
    router = APIRouter(prefix=HOME, include_in_schema=False)
    editor = Depends(door.require(Permission.CONTENT_FIGURES))

    async def keep(key: str, text: str, at: AtConsole, reason: str) -> None:
        async with door.database.writing() as session:
            if await live_version(session, key) or await editing.open_version(session, key):
                raise EditingError("Đã có rồi: mở trong danh sách ra sửa.")
            await editing.save_draft(
                session, key=key, text=text, author=at.actor.username, started_from=None, reason=reason
            )
            await at.note(session, "content.new", f"content:{key}")

    @router.post("/nam-moi")
    async def new_year(at: AtConsole = editor) -> Response:
        """The year after the last one on file, with the same hours and nothing decided yet."""
        async with door.database.reading() as session:
            documents = await published(session, ["calendar"])
            drafts = [one for one in await editing.open_versions(session) if one.kind == "calendar"]
        key, data = decisions.year_after(documents)
        if all(one.key != key for one in drafts):
            await keep(key, content_desk.write_document(key, data), at, "năm mới")
        return RedirectResponse(f"{HOME}/sua/{key}", 303)

    def form_page(
        request: Request, at: AtConsole, data: dict[str, object], city: str, trouble: str | None = None
    ) -> Response:
        return pages.page(
            request,
            "content_targets_new.html",
            at,
            status=422 if trouble else 200,
            fields=fields_of(TargetFile, data),
            cities=decisions.CITY_NAMES,
            city=city,
            trouble=trouble,
        )

    @router.get("/chi-tieu-moi")
    async def empty(request: Request, at: AtConsole = editor) -> Response:
        return form_page(request, at, {}, City.QUY_NHON)

    @router.post("/chi-tieu-moi")
    async def save(request: Request, at: AtConsole = editor) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        data = read_form(TargetFile, form, {})
        city = form.get("city", "")
        try:
            if city not in set(City):
                raise EditingError("Chọn thành phố (cũ) mà văn bản này giao chỉ tiêu.")
            key = decisions.targets_key(City(city), str((data.get("source") or {}).get("document") or ""))
            text = content_desk.write_document(key, {"city": city, **data})
            async with door.database.reading() as session:
                documents = await published(session, ["targets"])
            if problem := content_desk.wrong(key, text) or decisions.too_low(documents, key, None, text):
                raise EditingError(problem)
            await keep(key, text, at, "văn bản mới")
        except ValueError as error:
            return form_page(request, at, data, city, str(error))
        return RedirectResponse(f"{HOME}/sua/{key}", 303)

    return router
