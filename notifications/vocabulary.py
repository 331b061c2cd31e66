"""What a notice may and must say: variables by event and channel, and the checks that an editor sees."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from jinja2 import TemplateError

from core.calendar import LOCAL
from core.text.sms import SmsEncoding, measure, strip_marks
from core.yaml_shape import ContentProblem, ContentShapeError
from dossiers.schemas import NOTIFIED
from notifications.schemas import Channel
from notifications.wording import Wording, compile_wording, render

OTP = "otp"
SURVEY_INVITATION = "survey_invitation"
COMPLAINT_RECEIVED = "complaint_received"
LOOKUP_ADDRESS = "dichvucong.gov.vn"

# Telephones are often shared in a family: a text message names neither the procedure nor the person.
_DOSSIER_SMS = {
    "dossier_code", "unit_short", "received_at", "due_at", "new_due_at", "occurred_at", "fees_total",
    "lookup_address", "verification_code",
}  # fmt: skip
_DOSSIER = {
    *_DOSSIER_SMS, "unit", "officer", "procedure_name", "applicant_name", "items", "fees", "reason",
    "notice_number",
}  # fmt: skip
_SURVEY = {"unit", "unit_short", "closed_on", "link", "verification_code"}
_COMPLAINT = {"unit", "unit_short", "receipt_code", "due_on", "verification_code"}

# Decree 224/2026, article 15.1.g: agency, who receives and handles, times of reception and handling.
_STATUTORY = {"dossier_code", "unit", "officer", "received_at", "occurred_at"}

_LONG_UNIT = "Ủy ban nhân dân phường Quy Nhơn Nam"
SPECIMEN: dict[str, Any] = {
    "dossier_code": "H15.50.05.13-261008-0975",
    "unit": _LONG_UNIT,
    "unit_short": "UBND P.Quy Nhơn Nam",
    "officer": "Trần Thị Mẫu",
    "procedure_name": "Đăng ký biến động đất đai",
    "applicant_name": "Nguyễn Văn Mẫu",
    "received_at": datetime(2026, 11, 2, 8, 30, tzinfo=LOCAL),
    "due_at": datetime(2026, 11, 29, 17, 0, tzinfo=LOCAL),
    "new_due_at": datetime(2026, 12, 6, 17, 0, tzinfo=LOCAL),
    "occurred_at": datetime(2026, 11, 22, 10, 45, tzinfo=LOCAL),
    "items": ["Giấy chứng sinh, bản chính"],
    "fees": [{"name": "Lệ phí", "amount": 25_000, "basis": "Nghị quyết mẫu"}],
    "fees_total": 12_500_000,
    "reason": "Thiếu một giấy tờ khi đối chiếu",
    "notice_number": "12/VB-UBND",
    "lookup_address": LOOKUP_ADDRESS,
    "verification_code": "WXYZ2345",
    "code": "123456",
    "minutes": 5,
    "closed_on": date(2026, 11, 22),
    "link": "https://motcua.example.gov.vn/k/abcdefghijklmnopqrstuvwx",
    "receipt_code": "K7M2QD",
    "due_on": date(2026, 12, 13),
}
"""Long but real values: a wording that fits with these fits in practice."""

_UNIT_WORDS = (
    ("Trung tâm Phục vụ hành chính công", "TT HCC"),
    ("Bộ phận Một cửa", "Mot cua"),
    ("Ủy ban nhân dân", "UBND"),
    ("phường ", "P."),
    ("xã ", "X."),
    ("tỉnh ", "tinh "),
)


def short_unit(name: str) -> str:
    """The name of a unit for text messages: ``UBND P.Quy Nhơn``."""
    for long, short in _UNIT_WORDS:
        name = name.replace(long, short)
    return name.strip()


def allowed(event: str, channel: Channel) -> set[str]:
    """Variables that a wording for this event may use on this channel."""
    if event == OTP:
        return {"code", "minutes"}
    if event == SURVEY_INVITATION:
        return set(_SURVEY)
    if event == COMPLAINT_RECEIVED:
        return set(_COMPLAINT)
    return set(_DOSSIER_SMS if channel is Channel.SMS else _DOSSIER)


def expected() -> set[tuple[str, Channel]]:
    """Every event and channel that must have a wording."""
    written = (Channel.SMS, Channel.ZALO, Channel.EMAIL, Channel.WEB)
    events = [kind.short for kind in NOTIFIED] + [SURVEY_INVITATION, COMPLAINT_RECEIVED]
    return {(event, channel) for event in events for channel in written} | {(OTP, Channel.SMS)}


def check(documents: Mapping[str, str]) -> list[ContentProblem]:
    """Everything wrong with a set of message files, each with its file, key and remedy."""
    problems: list[ContentProblem] = []
    found: set[tuple[str, Channel]] = set()
    for source, text in documents.items():
        try:
            wording = compile_wording(source, text)
        except ContentShapeError as error:
            problems += error.problems
            continue
        found.add((wording.event, wording.channel))
        problems += check_one(wording, text)
    for event, channel in sorted(expected() - found):
        problems.append(
            ContentProblem(f"messages/{event}/{channel}.v1.yaml", "", "còn thiếu", "viết câu mẫu này")
        )
    return problems


def check_one(wording: Wording, text: str) -> list[ContentProblem]:
    def problem(key: str, what: str, remedy: str) -> ContentProblem:
        return ContentProblem(wording.source, key, what, remedy)

    if (wording.event, wording.channel) not in expected():
        return [problem("", "không có loại tin này", "xem tên các thư mục có sẵn")]
    may = allowed(wording.event, wording.channel)
    problems = [
        problem("variables", f"'{name}' không dùng được ở đây", "dùng: " + ", ".join(sorted(may)))
        for name in sorted(wording.variables - may)
    ]
    if problems:
        return problems
    if wording.event in {kind.short for kind in NOTIFIED} and wording.channel is not Channel.SMS:
        problems += [
            problem("body", f"thiếu '{name}', luật yêu cầu", "thêm vào câu mẫu")
            for name in sorted(_STATUTORY - wording.variables)
        ]
    if wording.event != OTP and "verification_code" not in wording.variables:
        problems.append(
            problem("body", "thiếu mã kiểm tra tin thật hay giả", "thêm {{ verification_code }} vào câu mẫu")
        )
    if "http" in text:
        problems.append(
            problem("body", "có đường dẫn viết cứng", "dùng {{ link }} hoặc {{ lookup_address }}")
        )
    if wording.channel is Channel.EMAIL and wording.title is None:
        problems.append(problem("title", "thư không có tiêu đề", "thêm title"))
    return problems + _check_rendered(wording, problem)


def _check_rendered(wording: Wording, problem: Any) -> list[ContentProblem]:
    try:
        rendered = render(wording, SPECIMEN)
        render(wording, {**SPECIMEN, **_EMPTY})
    except (TemplateError, TypeError, ValueError, AttributeError) as error:
        return [problem("body", f"không điền được câu mẫu ({error})", "xem lại phép tính và điều kiện")]
    if wording.channel is not Channel.SMS:
        return []
    size = measure(strip_marks(rendered.text))
    if size.encoding is not SmsEncoding.GSM7 or size.segments > 1:
        return [problem("body", f"dài {size.characters} ký tự khi bỏ dấu", "rút gọn còn tối đa 160 ký tự")]
    return []


_EMPTY: dict[str, Any] = {
    "received_at": None, "due_at": None, "new_due_at": None, "items": [], "fees": [], "fees_total": None,
    "reason": None, "notice_number": None, "applicant_name": None, "officer": "", "procedure_name": "",
}  # fmt: skip
"""What a dossier may lack: a notice must still read well."""
