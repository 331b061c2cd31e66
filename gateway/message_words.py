"""The words of notices as staff edit them: named, filled in with long but real values, checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import TemplateError

from core.text.sms import SmsEncoding, choose
from core.yaml_shape import ContentShapeError
from gateway.skins import Skin
from knowledge.answer.figures import capital
from notifications.approvals import registered_words
from notifications.schemas import Channel
from notifications.telling import CHANNELS
from notifications.template_language import variables_of
from notifications.vocabulary import SPECIMEN, allowed, check_one
from notifications.wording import Wording, compile_wording, render

MESSAGES = "messages/"
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
    "opinion_digest": "Cán bộ: tóm tắt đầu tuần",
}
ENCODINGS = {SmsEncoding.GSM7: "không dấu", SmsEncoding.UCS2: "có dấu"}


def name_of(key: str) -> str:
    """``Đã tiếp nhận hồ sơ, SMS``."""
    _, event, file = key.split("/")
    channel = channel_named(file.split(".")[0])
    return f"{EVENT_WORDS.get(event, event)}, {capital(CHANNELS[channel])}"


def channel_named(name: str) -> Channel:
    return Channel(name) if name in set(Channel) else Channel.WEB


def with_variables(key: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """``variables`` as the words use them: nobody at the console counts them by hand."""
    texts = [str(data.get(name) or "") for name in ("body", "title", "short")]
    zbs = data.get("zbs") or {}
    texts += [str(one.get("value") or "") for one in zbs.get("parameters") or []]
    try:
        used = set().union(*(variables_of(key, "body", text) for text in texts))
    except ContentShapeError:
        return dict(data)
    plain = {name: value for name, value in data.items() if name != "variables"}
    head = {"title": plain.pop("title")} if plain.get("title") else {}
    return {**head, "variables": sorted(used), **plain}


def problems(key: str, text: str) -> list[str]:
    """Everything that keeps these words from being sent: placeholders, limits, what the law asks for."""
    try:
        wording = compile_wording(key, text)
    except ContentShapeError as error:
        return [f"{one.problem}: {one.remedy}" for one in error.problems]
    return [f"{one.problem}: {one.remedy}" for one in check_one(wording, text)]


def placeholders(key: str) -> list[tuple[str, str]]:
    """What may be filled in here, each with an example."""
    _, event, file = key.split("/")
    found = []
    for name in sorted(allowed(event, channel_named(file.split(".")[0]))):
        example = SPECIMEN.get(name, "")
        if isinstance(example, list | dict):
            example = "danh sách"
        elif hasattr(example, "strftime"):
            example = f"{example:%d/%m/%Y}, viết {{{{ {name}|date }}}}"
        found.append((name, str(example)))
    return found


def faces(key: str, text: str) -> list[Skin]:
    """The words filled in with long but real values, and the template that Zalo registers beside them."""
    try:
        wording = compile_wording(key, text)
        rendered = render(wording, SPECIMEN)
    except (ContentShapeError, TemplateError, TypeError, ValueError, AttributeError, KeyError):
        return []
    name = capital(CHANNELS[wording.channel])
    words = f"{rendered.title}\n{rendered.text}" if rendered.title else rendered.text
    if wording.channel is Channel.SMS:
        choice = choose(rendered.text, short=rendered.short)
        size = choice.size
        note = f"{size.segments} tin, {size.characters} ký tự, {ENCODINGS[size.encoding]}"
        return [Skin(name, choice.text, note=note)]
    found = [Skin(name, words, note=f"{len(words)} ký tự")]
    if wording.zbs is not None:
        found.append(_registered(wording, rendered.parameters or {}))
    return found


def _registered(wording: Wording, values: Mapping[str, str]) -> Skin:
    assert wording.zbs is not None  # noqa: S101 - the caller has looked
    form = wording.zbs

    def filled(text: str) -> str:
        for name, value in values.items():
            text = text.replace(f"<{name}>", value)
        return text

    lines = [filled(form.title), *(filled(one) for one in form.paragraphs)]
    lines += [f"{row.label}: {values.get(row.parameter, '')}" for row in form.rows]
    return Skin("Zalo (tin mẫu)", "\n".join(lines), [form.button] if form.button else [])


def is_registered(key: str, text: str) -> bool:
    """Whether a carrier has to approve these words before they go out."""
    return registered_words(key, text) is not None


def belongs(key: str, field: str) -> bool:
    """Whether a field has a place on this document's channel: a shorter text, a template of Zalo, a title."""
    if not key.startswith(MESSAGES):
        return True
    channel = channel_named(key.rsplit("/", 1)[-1].split(".")[0])
    return {
        "short": channel is Channel.SMS,
        "zbs": channel is Channel.ZALO,
        "title": channel is not Channel.SMS,
    }.get(field, True)
