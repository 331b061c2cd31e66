"""A desk, a catalogue and surveys that follow a script, and a server for them on a free port.

People, numbers and offices here are invented.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Literal

import uvicorn
from fastapi import FastAPI
from fastapi.middleware.gzip import GZipMiddleware

from core.calendar import WorkingCalendar
from core.message import Button, Card, InboundMessage, OutboundMessage, Speaker
from core.retention_settings import RetentionSettings
from gateway.channels.webchat import HistoryEntry, Intake, Limits
from gateway.public.app import public_router
from gateway.public.assets import Assets
from gateway.public.errors import install_error_pages
from gateway.public.knowledge import PublicKnowledge
from gateway.public.pages import Pages
from gateway.public.papers_mail import PostOffice
from gateway.public.site import Site
from gateway.public.status import status_router
from gateway.public.survey import (
    AskedBack,
    SurveyOption,
    SurveyOutcome,
    SurveyQuestion,
    SurveyState,
    SurveyView,
    Words,
)
from gateway.security import SecurityHeaders
from gateway.service_status import Standing, State
from knowledge.base import Content, KnowledgeBase
from knowledge.known_without_data import KnownKind, KnownWithoutData
from knowledge.life_events.schemas import LifeEvent, LifeStep
from knowledge.schemas import (
    Duration,
    DurationUnit,
    Fee,
    FeeKind,
    LegalDocument,
    Level,
    Method,
    Paper,
    Procedure,
    SubmissionChannel,
)
from notifications.verification import normal
from notifications.verify import KnownMessage

MORNING = datetime(2026, 11, 23, 1, 42, tzinfo=UTC)  # 8:42 in Vietnam


async def check_message(typed: str) -> list[KnownMessage]:
    """One message that was sent, by the code ABCD2345."""
    if normal(typed) != "ABCD2345":
        return []
    return [KnownMessage("đã có kết quả", MORNING, "tin nhắn SMS", "Phường Mẫu", "0001")]


SITE = Site(
    unit_name="Trung tâm Phục vụ hành chính công phường Mẫu",
    phone="0200 000 000",
    address="1 đường Ví Dụ, phường Mẫu",
    hours="Thứ Hai đến thứ Sáu, 7 giờ 30 đến 11 giờ 30 và 13 giờ 30 đến 17 giờ",
    sample=True,
    transparency="/minh-bach",
)

BIRTH = OutboundMessage(
    text="Dạ, làm giấy khai sinh cho bé cần:\n1. Giấy chứng sinh (bản chính)\n2. Tờ khai",
    card=Card(
        title="Làm giấy khai sinh cho bé",
        lead="Dạ, làm giấy khai sinh cho bé cần:",
        items=[
            "Giấy chứng sinh (bản chính). Bệnh viện đã gửi bản điện tử có ký số thì khỏi nộp bản giấy.",
            "Căn cước hoặc hộ chiếu của người đi làm: cho xem rồi nhận lại.",
            "Tờ khai: lấy tại quầy, hoặc điền trên Cổng Dịch vụ công quốc gia.",
        ],
        numbered=True,
        notes=["Nhờ người khác đi thay thì thêm giấy ủy quyền."],
        question="Bé đã có giấy chứng sinh chưa ạ?",
        basis="Căn cứ: thủ tục 1.001193, Quyết định 163/QĐ-BTP · cập nhật 17/07/2026",
        link="/p/1.001193",
    ),
    buttons=[
        Button(title="Lệ phí", action="facet:fee"),
        Button(title="Mấy ngày có", action="facet:duration"),
        Button(title="Nộp ở đâu", action="facet:place"),
        Button(title="Gọi Trung tâm", url="tel:0200000000"),
    ],
)
WHICH = OutboundMessage(
    text="Dạ, làm lại sổ đỏ vì lý do nào ạ? Mỗi trường hợp giấy tờ khác nhau.\n1. Sổ bị mất\n"
    "2. Sổ cũ, rách, muốn đổi sổ mới\n3. Khác\nAnh/chị nhắn số, hoặc kể bằng lời cũng được.",
    buttons=[
        Button(title="Sổ bị mất", action="procedure:1.012781"),
        Button(title="Sổ cũ, rách, muốn đổi sổ mới", action="procedure:1.012783"),
        Button(title="Khác", action="other"),
        Button(title="Gặp cán bộ", action="task:handover"),
    ],
)
FEE = OutboundMessage(
    text="Làm giấy khai sinh cho bé: ở đây chưa có mức lệ phí của tỉnh mình, nên chưa nói được con số.\n"
    "Căn cứ: thủ tục 1.001193 · cập nhật 17/07/2026",
    buttons=[Button(title="Gặp cán bộ", action="task:handover")],
)
OFFICER = OutboundMessage(
    text="Chào anh/chị, tôi là Mẫu ở quầy số 3. Hồ sơ còn thiếu tờ khai, "
    "anh/chị mang ra trước 11 giờ 30 thứ Tư 25/11/2026 là kịp.",
    speaker=Speaker.OFFICER,
    speaker_name="Trần Thị Mẫu",
)
NOTICE = OutboundMessage(text="Hồ sơ của anh/chị đã có kết quả.", speaker=Speaker.SYSTEM)
ECHO = OutboundMessage(text="Anh/chị đang hỏi về giấy tờ, thủ tục nào ạ?")


class ScriptedDesk:
    """Answers by key words; "chậm" takes ``slowness`` seconds, "hỏng" fails, "im" says nothing."""

    def __init__(self, slowness: float = 0.6) -> None:
        self.slowness = slowness
        self.said: dict[str, list[HistoryEntry]] = {}
        self.taken: list[InboundMessage] = []
        self.failing = False
        self.now = MORNING
        self._count = 0
        self.answered: dict[tuple[str, str], list[OutboundMessage]] = {}

    def _store(self, key: str, message: InboundMessage | OutboundMessage) -> str:
        self._count += 1
        identifier = f"m{self._count:05}"
        if isinstance(message, OutboundMessage):
            message = message.model_copy(update={"message_id": identifier, "sent_at": self.now})
        self.said.setdefault(key, []).append((identifier, message))
        return identifier

    def push(self, key: str, message: OutboundMessage) -> str:
        """An officer or a notice writes to the citizen."""
        return self._store(key, message)

    @property
    def only_key(self) -> str:
        (key,) = {message.conversation_key for message in self.taken}
        return key

    async def take(self, message: InboundMessage) -> list[OutboundMessage]:
        key = message.conversation_key
        repeat = (key, message.external_id or "")
        if message.external_id and repeat in self.answered:
            return self.answered[repeat]
        self.taken.append(message)
        self._store(key, message.model_copy(update={"received_at": self.now}))
        if self.failing or "hỏng" in message.text:
            raise RuntimeError("the scripted desk was told to fail")
        if "chậm" in message.text:
            await asyncio.sleep(self.slowness)
        replies = []
        for reply in self._script(message):
            identifier = self._store(key, reply)
            replies.append(reply.model_copy(update={"message_id": identifier, "sent_at": self.now}))
        if message.external_id:
            self.answered[repeat] = replies
        return replies

    def _script(self, message: InboundMessage) -> list[OutboundMessage]:
        words = message.text.lower()
        if message.action == "facet:fee":
            return [FEE]
        if "khai sinh" in words:
            return [BIRTH]
        if "sổ đỏ" in words:
            return [WHICH]
        return [] if words == "im" else [ECHO]

    async def history(self, channel: str, conversation_key: str, after: str | None) -> list[HistoryEntry]:
        return [entry for entry in self.said.get(conversation_key, []) if after is None or entry[0] > after]

    async def stream(self, conversation_key: str, after: str | None) -> AsyncIterator[OutboundMessage]:
        last = after or ""
        while True:
            for identifier, message in list(self.said.get(conversation_key, [])):
                if identifier > last:
                    last = identifier
                    if isinstance(message, OutboundMessage):
                        yield message
            await asyncio.sleep(0.05)


LEVELS = ("Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng")
_LEVELS_EN = ("Very dissatisfied", "Dissatisfied", "Neutral", "Satisfied", "Very satisfied")
_OPTIONS = tuple(
    SurveyOption(str(place), Words(*both))
    for place, both in enumerate(zip(LEVELS, _LEVELS_EN, strict=True), start=1)
)
SURVEY = SurveyView(
    state=SurveyState.OPEN,
    intro=Words(
        "Bấm một lần là xong. Cán bộ làm hồ sơ không biết ai trả lời gì. Không trả lời cũng không sao.",
        "One tap is enough. The officers who handled your file cannot see who answered what.",
    ),
    closing=Words(
        "Cảm ơn ông/bà. Ông/bà có thể sửa trong 72 giờ.", "Thank you. You can change it in 72 hours."
    ),
    headline=SurveyQuestion(
        "overall",
        Words(
            "Nhìn chung, ông/bà thấy thế nào về lần làm thủ tục này?",
            "All in all, how satisfied are you with how this was handled?",
        ),
        _OPTIONS,
    ),
    others=tuple(
        SurveyQuestion(name, Words(vi, en), _OPTIONS)
        for name, vi, en in (
            ("access", "Nơi tiếp nhận, chỗ ngồi chờ, trang thiết bị", "The counter and the waiting area"),
            ("procedures", "Giấy tờ phải nộp và các bước phải làm", "The papers and the steps"),
            ("staff", "Thái độ và cách hướng dẫn của người tiếp ông/bà", "The people who served you"),
            ("results", "Kết quả nhận được và ngày nhận so với ngày hẹn", "The result and its date"),
            ("reflections", "Cách cơ quan nghe và trả lời góp ý", "How your remarks were answered"),
        )
    ),
    comment=Words("Ông/bà muốn nói thêm điều gì?", "Anything else?"),
    unit_name=SITE.unit_name,
    handed_over=date(2026, 11, 20),
)


class ScriptedSurveys:
    """Tokens: ``moi`` is open, ``het-han`` expired, ``xong`` closed; any other is unknown."""

    def __init__(self) -> None:
        self.views = {
            "moi": SURVEY,
            "het-han": replace(SURVEY, state=SurveyState.EXPIRED),
            "xong": replace(SURVEY, state=SurveyState.CLOSED),
            "goi-lai": replace(
                SURVEY,
                state=SurveyState.CLOSED,
                asked_back=AskedBack("Đã tìm thấy giấy và xin lỗi ông/bà.", None),
            ),
        }
        self.comments: dict[str, str | None] = {}
        self.declined: list[str] = []

    async def open(self, token: str) -> SurveyView | None:
        return self.views.get(token)

    async def helped(self, token: str, helped: bool) -> bool:
        return token == "goi-lai"

    async def answer(
        self, token: str, answers: dict[str, str], comment: str | None, *, device: str, phone: str | None
    ) -> SurveyOutcome:
        view = self.views.get(token)
        if view is None:
            return SurveyOutcome.UNKNOWN
        if view.state is SurveyState.EXPIRED:
            return SurveyOutcome.EXPIRED
        if view.state is SurveyState.CLOSED:
            return SurveyOutcome.CLOSED
        asked = {question.id for question in (view.headline, *view.others)}
        given = {**view.given, **{name: answer for name, answer in answers.items() if name in asked}}
        if given.get("overall") not in {"1", "2", "3", "4", "5"}:
            return SurveyOutcome.INVALID
        until = datetime(2026, 11, 26, 1, 42, tzinfo=UTC)
        self.views[token] = replace(view, state=SurveyState.ANSWERED, given=given, changeable_until=until)
        self.comments[token] = comment[: view.comment_limit] if comment else None
        return SurveyOutcome.RECORDED

    async def decline(self, token: str) -> bool:
        if token in self.views:
            self.declined.append(token)
        return token in self.views


PASSPORT = Procedure(
    code="9.000001",
    name="Cấp giấy ví dụ cho công dân",
    plain_name="Làm giấy ví dụ",
    levels=(Level.COMMUNE,),
    field="Việc mẫu",
    decision="163/QĐ-VD",
    summary="Xin cấp giấy ví dụ, dùng khi cần xem trang này trông thế nào.",
    who=("Công dân Việt Nam từ đủ 14 tuổi", "Cha, mẹ làm thay cho con nhỏ"),
    where=(
        "Trung tâm Phục vụ hành chính công phường, xã nơi thường trú hoặc tạm trú",
        "Qua mạng: Cổng Dịch vụ công quốc gia",
    ),
    methods=(
        Method(
            channel=SubmissionChannel.COUNTER,
            durations=(
                Duration(unit=DurationUnit.WORKING_DAY, value=3, basis="1/2026/TT-VD"),
                Duration(
                    unit=DurationUnit.WORKING_DAY,
                    value=10,
                    when="phải hỏi nơi khác",
                    note="Cơ quan báo bằng tin nhắn",
                    basis="1/2026/TT-VD",
                ),
            ),
            fees=(
                Fee(kind=FeeKind.KNOWN, amount=15000, name="lệ phí cấp giấy", basis="2/2026/TT-VD"),
                Fee(kind=FeeKind.VARIES, name="Phí bản sao", when="xin thêm bản sao", basis="2/2026/TT-VD"),
            ),
            note="Nhận hồ sơ cả sáng thứ Bảy",
        ),
        Method(
            channel=SubmissionChannel.ONLINE,
            durations=(Duration(unit=DurationUnit.SAME_DAY, basis="1/2026/TT-VD"),),
            fees=(
                Fee(
                    kind=FeeKind.KNOWN,
                    amount=7500,
                    name="lệ phí cấp giấy",
                    until=date(2026, 12, 31),
                    basis="2/2026/TT-VD",
                ),
            ),
        ),
    ),
    papers=(
        Paper(name="Tờ khai ví dụ", originals=1, form_name="VD-01"),
        Paper(
            name="Căn cước hoặc hộ chiếu của người đi làm",
            formal_name="Giấy tờ tùy thân còn giá trị sử dụng",
            originals=1,
            show_only=True,
            connected="chỉ cần cho biết số định danh, cơ quan tự tra",
        ),
        Paper(name="Giấy ủy quyền", originals=1, copies=1, when="nhờ người khác đi thay"),
        Paper(name="Giấy tờ nước ngoài phải hợp pháp hóa lãnh sự", is_note=True),
    ),
    steps=("Bước 1: Nộp hồ sơ tại quầy hoặc trên mạng.", "Bước 2. Nhận giấy hẹn.", "Nhận kết quả."),
    conditions=("Chưa có giấy ví dụ nào còn hạn.",),
    exemptions=("Người thuộc hộ nghèo", "Người khuyết tật"),
    results=("Giấy ví dụ",),
    legal=(
        LegalDocument(number="1/2026/TT-VD", title="Thông tư về giấy ví dụ"),
        LegalDocument(number="99/2025/NĐ-VD"),
    ),
    url="https://dichvucong.gov.vn/thu-tuc-hanh-chinh/vi-du",
    source_date=date(2026, 7, 17),
    curated=True,
)
CATALOGUE = {
    PASSPORT.code: PASSPORT,
    "9.000002": PASSPORT.model_copy(
        update={"code": "9.000002", "needs_check": ("Thông tư 1/2026/TT-VD đã hết hiệu lực từ 01/11/2026",)}
    ),
    "9.000003": Procedure(code="9.000003", name="Thủ tục chỉ có tên", field="Việc mẫu"),
}


BIRTH_EVENT = LifeEvent(
    id="vi-du",
    title="Có việc ví dụ",
    lead="Làm lần lượt",
    signs=("có việc",),
    steps=(
        LifeStep(matter="office", label="Hỏi giấy ban đầu", why="xin ở nơi khác"),
        LifeStep(code="9.000001", label="Làm giấy ví dụ", why="làm trước", when="chưa có giấy"),
        LifeStep(code="9.000002", label="Đổi giấy ví dụ", why="làm sau 15 ngày"),
    ),
    notes=("Việc nào không dính tới mình thì bỏ qua.",),
    golden=("có việc",) * 5,
    near_misses=("không", "không có"),
    updated=date(2026, 11, 20),
)
SAD_EVENT = BIRTH_EVENT.model_copy(update={"id": "vi-du-buon", "title": "Nhà có tang ví dụ", "sad": True})
OFFICE = KnownWithoutData(
    id="office",
    name="giấy ban đầu",
    kind=KnownKind.OTHER_BODY,
    office="bệnh viện ví dụ",
    aliases=("một", "hai", "ba", "bốn", "năm"),
)
BASE = KnowledgeBase(
    Content(
        procedures=CATALOGUE,
        matters={OFFICE.id: OFFICE},
        life_events={event.id: event for event in (BIRTH_EVENT, SAD_EVENT)},
    )
)
KNOWLEDGE = PublicKnowledge(
    base=lambda: BASE, calendar=WorkingCalendar, clock=lambda: MORNING, address="https://motcua.example"
)


async def look_up(code: str) -> Procedure | None:
    return CATALOGUE.get(code)


def build_app(
    desk: ScriptedDesk,
    surveys: ScriptedSurveys,
    *,
    limits: Limits | None = None,
    framed_by: tuple[str, ...] = (),
    post: PostOffice | None = None,
) -> FastAPI:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    pages = Pages(Assets(), SITE)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.include_router(
        public_router(
            pages=pages,
            intake=Intake(desk, limits),
            procedures=look_up,
            surveys=surveys,
            knowledge=KNOWLEDGE,
            checks=check_message,
            framed_by=framed_by,
            post=post,
        )
    )

    async def standing() -> Standing:
        return Standing(MORNING, State.WORKING, State.SLOW, State.WORKING, behind_minutes=12)

    app.include_router(status_router(pages, standing, keep=RetentionSettings()))

    @app.get("/test/crash")
    async def crash() -> None:
        raise RuntimeError("as asked")

    @app.get("/v1/test/{number}")
    async def number(number: int) -> int:
        return number

    install_error_pages(app, pages)
    return app


class Served:
    """A running server. ``cut()`` breaks every open connection, as a restart would."""

    def __init__(
        self, app: FastAPI, port: int | None = None, *, lifespan: Literal["on", "off"] = "off"
    ) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", port or 0))
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        config = uvicorn.Config(app, log_level="critical", lifespan=lifespan, timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    def start(self) -> None:
        self._thread.start()
        deadline = time.monotonic() + 10
        while not self._server.started and time.monotonic() < deadline:
            time.sleep(0.01)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=10)
        self._socket.close()


@contextmanager
def served(app: FastAPI, port: int | None = None) -> Iterator[Served]:
    server = Served(app, port)
    server.start()
    try:
        yield server
    finally:
        server.stop()
