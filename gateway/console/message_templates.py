"""The words of every notice in every channel as citizens would read them, with what is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from jinja2 import TemplateError

from core.content import Document, published
from core.text.sms import SmsEncoding, choose
from core.yaml_shape import ContentShapeError
from gateway.console.doors import AtConsole, Door
from gateway.console.pages import ConsolePages
from knowledge.answer.figures import capital
from notifications.schemas import Channel
from notifications.telling import CHANNELS
from notifications.vocabulary import SPECIMEN, check_one
from notifications.wording import Wording, compile_wording, render
from people.permissions import Permission

HOME = "/console/mau-tin"
EVENT_WORDS = {
    "received": "Đã tiếp nhận hồ sơ",
    "not_accepted": "Không tiếp nhận hồ sơ",
    "processing": "Đang xử lý",
    "supplement_requested": "Yêu cầu bổ sung giấy tờ",
    "fee_due": "Cần nộp phí, lệ phí",
    "fee_paid": "Đã nhận phí, lệ phí",
    "financial_duty": "Nghĩa vụ tài chính",
    "paused": "Tạm dừng giải quyết",
    "delayed": "Xin lỗi, hẹn lại ngày",
    "withdrawn": "Rút hồ sơ",
    "rejected": "Từ chối giải quyết",
    "stopped": "Dừng giải quyết",
    "result_ready": "Đã có kết quả",
    "returned": "Đã trả kết quả",
    "posted": "Gửi kết quả qua bưu điện",
    "otp": "Mã xác nhận",
    "survey_invitation": "Mời góp ý",
    "survey_complaint": "Mời góp ý về xử lý phản ánh",
    "complaint_received": "Đã nhận phản ánh",
    "complaint_answered": "Trả lời phản ánh",
    "appointment_reminder": "Nhắc lịch hẹn",
    "opt_out_confirmation": "Xác nhận từ chối nhận tin",
    "date_at_risk": "Không kịp ngày hẹn",
    "date_moved": "Ngày hẹn tính lại",
    "deadline_near": "Cán bộ: sắp đến hẹn",
    "deadline_missed": "Cán bộ: đã trễ hẹn",
    "deadline_unsigned": "Cán bộ: văn bản chưa ký",
    "deadline_again": "Cán bộ: hẹn lại lần nữa",
    "deadline_list": "Cán bộ: danh sách buổi sáng",
}
_ENCODINGS = {SmsEncoding.GSM7: "không dấu", SmsEncoding.UCS2: "có dấu"}


@dataclass(frozen=True)
class TemplateView:
    """One wording filled in with long but real values. ``parts``: text messages it costs."""

    channel: str
    title: str | None
    text: str
    variables: Sequence[str]
    basis: str | None
    version: int
    parts: int | None
    encoding: str | None
    zalo: Sequence[tuple[str, str]]
    problems: Sequence[str]


def templates_router(pages: ConsolePages, door: Door) -> APIRouter:
    router = APIRouter(prefix=HOME, include_in_schema=False)
    allowed = Depends(door.require(Permission.NOTICES))

    @router.get("")
    async def listing(request: Request, at: AtConsole = allowed) -> Response:
        async with door.database.reading() as session:
            documents = await published(session, ["messages"])
        events: dict[str, list[str]] = {}
        for document in documents:
            _, event, name = document.key.split("/")
            events.setdefault(event, []).append(name.split(".")[0])
        rows = [
            (event, EVENT_WORDS.get(event, event), [_named(_channel(c)) for c in channels])
            for event, channels in events.items()
        ]
        order = list(EVENT_WORDS)
        rows.sort(key=lambda row: order.index(row[0]) if row[0] in order else len(order))
        return pages.page(request, "message_templates.html", at, rows=rows)

    @router.get("/{event}")
    async def read(request: Request, event: str, at: AtConsole = allowed) -> Response:
        async with door.database.reading() as session:
            documents = await published(session, ["messages"])
        views = views_of([one for one in documents if one.key.startswith(f"messages/{event}/")])
        if not views:
            raise HTTPException(404)
        return pages.page(
            request, "message_template.html", at, name=EVENT_WORDS.get(event, event), views=views
        )

    return router


def views_of(documents: Sequence[Document]) -> list[TemplateView]:
    views = []
    for document in documents:
        try:
            wording = compile_wording(document.key, document.text)
        except ContentShapeError as error:
            views.append(_broken(document, [str(one) for one in error.problems]))
            continue
        views.append(_view(wording, document.text))
    return views


def _view(wording: Wording, source: str) -> TemplateView:
    problems = [f"{one.problem}: {one.remedy}" for one in check_one(wording, source)]
    try:
        rendered = render(wording, SPECIMEN)
    except (TemplateError, TypeError, ValueError, AttributeError):
        return TemplateView(
            _named(wording.channel), None, "", sorted(wording.variables), None, wording.version, None, None,
            (), problems,
        )  # fmt: skip
    choice = choose(rendered.text, short=rendered.short) if wording.channel is Channel.SMS else None
    return TemplateView(
        channel=_named(wording.channel),
        title=rendered.title,
        text=choice.text if choice else rendered.text,
        variables=sorted(wording.variables),
        basis=None,
        version=wording.version,
        parts=choice.size.segments if choice else None,
        encoding=_ENCODINGS[choice.size.encoding] if choice else None,
        zalo=list((rendered.parameters or {}).items()),
        problems=problems,
    )


def _broken(document: Document, problems: Sequence[str]) -> TemplateView:
    name = document.key.rsplit("/", 1)[-1].split(".")[0]
    return TemplateView(_named(_channel(name)), None, "", (), None, 0, None, None, (), problems)


def _named(channel: Channel) -> str:
    return capital(CHANNELS[channel])


def _channel(name: str) -> Channel:
    return Channel(name) if name in set(Channel) else Channel.WEB
