"""What a notice may and must say: variables by event and channel, and the checks that an editor sees."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from jinja2 import TemplateError

from core.calendar import LOCAL
from core.text.sms import choose, measure, strip_marks
from core.text.stripped import risks_of
from core.yaml_shape import ContentProblem, ContentShapeError
from dossiers.vocabularies import NOTIFIED
from notifications.schemas import Channel
from notifications.wording import Rendered, Wording, compile_wording, render

OTP = "otp"
SURVEY_INVITATION = "survey_invitation"
SURVEY_INVITATION_SAD = "survey_invitation_sad"
SURVEY_COMPLAINT = "survey_complaint"
COMPLAINT_RECEIVED = "complaint_received"
COMPLAINT_ANSWERED = "complaint_answered"
APPOINTMENT_REMINDER = "appointment_reminder"
DEADLINE_NEAR = "deadline_near"
DEADLINE_MISSED = "deadline_missed"
DEADLINE_UNSIGNED = "deadline_unsigned"
DEADLINE_AGAIN = "deadline_again"
DEADLINE_LIST = "deadline_list"
OPINION_DIGEST = "opinion_digest"
DATE_AT_RISK = "date_at_risk"
DATE_MOVED = "date_moved"
OPT_OUT_CONFIRMATION = "opt_out_confirmation"
LOOKUP_ADDRESS = "dichvucong.gov.vn"

# Telephones are often shared in a family: a text message names neither the procedure nor the person.
_DOSSIER_SMS = {
    "dossier_code", "unit_short", "received_at", "due_at", "new_due_at", "occurred_at", "fees_total",
    "lookup_address", "pay_by", "verification_code",
}  # fmt: skip
_DOSSIER = {
    *_DOSSIER_SMS, "unit", "officer", "procedure_name", "applicant_name", "items", "fees", "reason",
    "notice_number", "notice_date", "issuer", "pay_link", "receipt_link", "hotline", "national_status",
    "page_link", "letter_attached",
}  # fmt: skip
_EVERYWHERE = {"unit", "unit_short", "page_link", "verification_code"}
_PROMISE = {
    *_EVERYWHERE, "dossier_code", "officer", "procedure_name", "who_calls", "due_on", "old_due_on", "days",
    "reason", "lookup_address",
}  # fmt: skip
# What is not a step of a dossier, by its own variables.
_OTHERS: Mapping[str, set[str]] = {
    OTP: {"code", "minutes"},
    SURVEY_INVITATION: {*_EVERYWHERE, "closed_on", "link", "reminder"},
    SURVEY_INVITATION_SAD: {*_EVERYWHERE, "closed_on", "link", "reminder"},
    SURVEY_COMPLAINT: {*_EVERYWHERE, "receipt_code", "answered_at", "link", "reminder"},
    COMPLAINT_RECEIVED: {*_EVERYWHERE, "receipt_code", "due_on"},
    COMPLAINT_ANSWERED: {*_EVERYWHERE, "receipt_code", "answer", "answered_at"},
    APPOINTMENT_REMINDER: {*_EVERYWHERE, "starts_at", "counter", "appointment_code", "service"},
    DEADLINE_NEAR: _PROMISE,
    DEADLINE_MISSED: _PROMISE,
    DEADLINE_UNSIGNED: _PROMISE,
    DEADLINE_AGAIN: {*_PROMISE, "ordinal"},
    DEADLINE_LIST: {*_EVERYWHERE, "count", "list_day", "weekly"},
    OPINION_DIGEST: {*_EVERYWHERE, "lines", "list_day"},
    DATE_AT_RISK: _PROMISE,
    DATE_MOVED: _PROMISE,
    OPT_OUT_CONFIRMATION: {"received_at", "stopped_at", "stopped", "verification_code"},
}
_IN_SMS_NEVER = {"service", "answer", "procedure_name", "officer", "who_calls", "applicant_name"}

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
    "letter_attached": True,
    "lookup_address": LOOKUP_ADDRESS,
    "verification_code": "WXYZ2345",
    "code": "123456",
    "minutes": 5,
    "closed_on": date(2026, 11, 22),
    "reminder": True,
    "link": "https://motcua.example.gov.vn/k/abcdefghijklmnopqrstuvwx",
    "receipt_code": "K7M2QD",
    "due_on": date(2026, 12, 13),
    "notice_date": datetime(2026, 11, 22, 8, 0, tzinfo=LOCAL),
    "issuer": "Thuế cơ sở 12 tỉnh Gia Lai",
    "pay_by": datetime(2026, 12, 20, 17, 0, tzinfo=LOCAL),
    "pay_link": "https://dichvucong.gov.vn/thanh-toan",
    "receipt_link": "https://dichvucong.gov.vn/bien-lai",
    "hotline": "0256 000 0000",
    "national_status": "Yêu cầu thực hiện nghĩa vụ tài chính",
    "page_link": "https://motcua.example.gov.vn/t/01abcdefghjkmnpqrstvwxyz0123456789abcdef01",
    "answer": "Quầy số 3 đã thêm người từ thứ Hai. Cảm ơn ông/bà đã góp ý.",
    "answered_at": datetime(2026, 11, 22, 10, 45, tzinfo=LOCAL),
    "starts_at": datetime(2026, 11, 29, 10, 45, tzinfo=LOCAL),
    "counter": "quầy số 3",
    "appointment_code": "K7M2QD",
    "service": "Đăng ký khai sinh",
    "days": 2,
    "ordinal": 2,
    "count": 12,
    "lines": ["2 hồ sơ đã trễ hẹn, còn trong tay đơn vị."],
    "list_day": date(2026, 11, 23),
    "weekly": True,
    "who_calls": "Trần Thị Mẫu",
    "old_due_on": date(2026, 11, 29),
    "stopped_at": datetime(2026, 11, 22, 10, 45, tzinfo=LOCAL),
    "stopped": "tin tuyên truyền",
}
"""Long but real values: a wording that fits with these fits in practice."""

_UNIT_WORDS = (
    ("Trung tâm Phục vụ hành chính công", "TT HCC"),
    ("Bộ phận Một cửa", "Một cửa"),
    ("Ủy ban nhân dân", "UBND"),
    ("phường ", "P."),
    ("xã ", "X."),
)


def short_unit(name: str) -> str:
    """The name of a unit for text messages: ``UBND P.Quy Nhơn``."""
    for long, short in _UNIT_WORDS:
        name = name.replace(long, short)
    return name.strip()


def allowed(event: str, channel: Channel) -> set[str]:
    """Variables that a wording for this event may use on this channel."""
    if event in _OTHERS:
        return _OTHERS[event] - (_IN_SMS_NEVER if channel is Channel.SMS else set())
    return set(_DOSSIER_SMS if channel is Channel.SMS else _DOSSIER)


def expected() -> set[tuple[str, Channel]]:
    """Every event and channel that must have a wording."""
    written = (Channel.SMS, Channel.ZALO, Channel.EMAIL, Channel.WEB)
    told = (
        SURVEY_INVITATION, SURVEY_INVITATION_SAD, SURVEY_COMPLAINT, COMPLAINT_RECEIVED,
        COMPLAINT_ANSWERED, APPOINTMENT_REMINDER, DATE_AT_RISK, DATE_MOVED,
    )  # fmt: skip
    events = [*(kind.short for kind in NOTIFIED), *told]
    return {
        *((event, channel) for event in events for channel in written),
        *((OPT_OUT_CONFIRMATION, channel) for channel in written[:3]),
        (DEADLINE_NEAR, Channel.EMAIL),
        (DEADLINE_MISSED, Channel.EMAIL),
        (DEADLINE_UNSIGNED, Channel.EMAIL),
        (DEADLINE_AGAIN, Channel.EMAIL),
        (DEADLINE_LIST, Channel.EMAIL),
        (OPINION_DIGEST, Channel.EMAIL),
        (OTP, Channel.SMS),
    }


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
    problems += _check_carriers(wording, text, problem)
    if wording.channel is Channel.EMAIL and wording.title is None:
        problems.append(problem("title", "thư không có tiêu đề", "thêm title"))
    return problems + _check_rendered(wording, problem)


def _check_rendered(wording: Wording, problem: Any) -> list[ContentProblem]:
    try:
        rendered = render(wording, SPECIMEN)
        render(wording, {**SPECIMEN, **_EMPTY})
    except (TemplateError, TypeError, ValueError, AttributeError) as error:
        return [problem("body", f"không điền được câu mẫu ({error})", "xem lại phép tính và điều kiện")]
    if wording.channel is Channel.SMS:
        return _check_sms(rendered, problem)
    if wording.zbs is not None and rendered.parameters is None:
        values = {name: each.render(SPECIMEN).strip() for name, each in wording.parameters.items()}
        return [
            problem("zbs.parameters", found, "rút gọn hoặc đổi loại tham số")
            for found in wording.zbs.too_long(values)
        ]
    return []


def _check_sms(rendered: Rendered, problem: Any) -> list[ContentProblem]:
    """One part, in the spelling that would be chosen; a word that needs its marks is named."""
    choice = choose(rendered.text, short=rendered.short)
    if choice.size.segments == 1:
        return []
    problems = [
        problem("body", f"bỏ dấu thì '{risk.word}' dễ đọc thành '{risk.reads_as}'", f"viết {risk.instead}")
        for risk in risks_of(rendered.text)
    ]
    size = measure(strip_marks(rendered.text))
    if size.segments > 1:
        problems.append(
            problem("body", f"dài {size.characters} ký tự khi bỏ dấu", "rút gọn còn tối đa 160 ký tự")
        )
    return problems


_ADDRESS = re.compile(r"https?://|www\.|\b[a-z0-9-]+\.(?:vn|com|net|org|info|ly|me)\b", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\d{])(?:\+?84|0)\d[\d .-]{7,}\d|\b1[89]00[ .]?\d{2,}")


def _check_carriers(wording: Wording, text: str, problem: Any) -> list[ContentProblem]:
    """Addresses and numbers written into the words: carriers refuse them, and they grow old unseen."""
    body = text.partition("\nbasis:")[0] + text.partition("\nbody:")[2]
    problems = []
    if _ADDRESS.search(body):
        problems.append(
            problem("body", "có đường dẫn viết cứng", "dùng {{ link }} hoặc {{ lookup_address }}")
        )
    if _NUMBER.search(body):
        problems.append(problem("body", "có số điện thoại viết cứng", "bỏ đi, hoặc dùng {{ hotline }}"))
    if wording.channel is Channel.SMS and wording.variables & {"page_link", "hotline", "pay_link"}:
        problems.append(
            problem("variables", "nhà mạng không nhận đường dẫn, số điện thoại", "dùng {{ lookup_address }}")
        )
    if wording.channel is not Channel.SMS and wording.short is not None:
        problems.append(problem("short", "chỉ tin SMS có lời ngắn", "bỏ mục này"))
    if wording.channel is not Channel.ZALO and wording.zbs is not None:
        problems.append(problem("zbs", "chỉ tin Zalo có tin mẫu", "bỏ mục này"))
    return problems


_EMPTY: dict[str, Any] = {
    "received_at": None, "due_at": None, "new_due_at": None, "items": [], "fees": [], "fees_total": None,
    "reason": None, "notice_number": None, "applicant_name": None, "officer": "", "procedure_name": "",
    "notice_date": None, "pay_by": None, "pay_link": None, "receipt_link": None, "hotline": None,
    "counter": None, "old_due_on": None, "days": None, "reminder": False, "letter_attached": False,
}  # fmt: skip
"""What a dossier may lack: a notice must still read well."""
