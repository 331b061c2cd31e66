"""Error pages for people: what happened, then what to do. Machines get JSON as before."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import cast

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exception_handlers import http_exception_handler, request_validation_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from starlette.exceptions import HTTPException

from gateway.public.pages import Pages
from gateway.security import secure

log = structlog.get_logger()

# Starlette types a handler by the widest exception, though it calls it with the one it was added for.
_Handler = Callable[[Request, Exception], Awaitable[Response]]

_MACHINES = ("/v1/", "/webhooks/", "/healthz", "/readyz", "/metrics", "/static/")


_DATABASE_AWAY = (OperationalError, InterfaceError)
"""What reaches us of a database that is gone, full or read-only."""
_AGAIN_SECONDS = 30


@dataclass(frozen=True)
class ErrorWords:
    title: str
    advice: str


ERRORS = {
    403: ErrorWords(
        "Trang này không mở được từ đây",
        "Anh/chị mở lại trang từ đầu, gõ đúng địa chỉ hoặc bấm nút dưới đây.",
    ),
    404: ErrorWords(
        "Không có trang này",
        "Đường dẫn có thể gõ thiếu, hoặc trang đã đổi chỗ. Anh/chị hỏi bằng lời cũng ra được việc cần tìm.",
    ),
    405: ErrorWords(
        "Trang này không nhận cách gửi đó", "Anh/chị quay lại trang trước rồi bấm nút trên trang."
    ),
    413: ErrorWords("Nội dung gửi lên dài quá", "Anh/chị gửi ngắn lại, mỗi lần một ý."),
    422: ErrorWords(
        "Phần vừa gửi chưa đọc được",
        "Anh/chị quay lại trang trước, xem lại chỗ vừa điền rồi gửi lần nữa.",
    ),
    429: ErrorWords(
        "Gửi nhanh quá nên máy chưa kịp đọc", "Anh/chị chờ một phút rồi thử lại. Chưa có gì bị mất."
    ),
    500: ErrorWords(
        "Xin lỗi, máy chủ gặp lỗi",
        "Lỗi này ở phía cơ quan, không phải do anh/chị. "
        "Anh/chị thử lại sau ít phút, việc gấp thì gọi hoặc ra quầy.",
    ),
    503: ErrorWords(
        "Trang đang bận hoặc đang bảo trì",
        "Anh/chị thử lại sau ít phút. Việc gấp thì gọi hoặc ra quầy, không cần chờ trang này.",
    ),
}


def wants_page(request: Request) -> bool:
    """Whether the one who asked reads pages: anybody but the machine clients."""
    if request.url.path.startswith(_MACHINES):
        return False
    accept = request.headers.get("accept", "*/*")
    return "text/html" in accept or "*/*" in accept


def error_page(pages: Pages, request: Request, status: int) -> Response:
    words = ERRORS.get(status) or ERRORS[500 if status >= 500 else 404]
    return pages.page(request, "error.html", status=status, words=words, code=status)


def install_error_pages(app: FastAPI, pages: Pages) -> None:
    """Let pages fail in the citizen's language; everything else keeps FastAPI's JSON."""

    async def http_error(request: Request, error: HTTPException) -> Response:
        if not wants_page(request) or error.status_code < 400:
            return await http_exception_handler(request, error)
        response = error_page(pages, request, error.status_code)
        response.headers.update(error.headers or {})
        return response

    async def invalid(request: Request, error: RequestValidationError) -> Response:
        if not wants_page(request):
            return await request_validation_exception_handler(request, error)
        return error_page(pages, request, 422)

    async def unstorable(request: Request, error: DataError) -> Response:
        """A text with U+0000 in it, or longer than its column: PostgreSQL refuses what was sent, and nothing
        of it was kept.
        """
        log.warning("input_not_stored", reason=type(error.orig).__name__)
        return await http_error(request, HTTPException(422, "a value that cannot be stored"))

    async def away(request: Request, error: Exception) -> Response:
        """Nothing of it was kept; whoever sends it again in a while has it counted once."""
        log.error("database_away", reason=type(error).__name__)
        again = {"Retry-After": str(_AGAIN_SECONDS)}
        return await http_error(
            request, HTTPException(503, "the database does not answer: send it again", again)
        )

    async def crash(request: Request, error: Exception) -> Response:
        log.error("page_crashed", reason=type(error).__name__)
        if not wants_page(request):
            return JSONResponse({"detail": "Internal Server Error"}, 500)
        response = error_page(pages, request, 500)
        secure(response.headers, request.headers.get("host"))  # drawn outside of all middleware
        return response

    app.add_exception_handler(HTTPException, cast(_Handler, http_error))
    app.add_exception_handler(RequestValidationError, cast(_Handler, invalid))
    app.add_exception_handler(DataError, cast(_Handler, unstorable))
    for kind in _DATABASE_AWAY:
        app.add_exception_handler(kind, away)
    app.add_exception_handler(Exception, crash)
