"""A campaign before anything is stored: its text, its rows, what is wrong with them, what it would cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.crypto import keyed_hash
from core.phones import PhoneFlaw, read_phone
from core.text.sms import choose, measure, strip_marks
from core.text.stripped import risks_of
from core.yaml_shape import ContentShapeError
from dossiers.csv_events import Table
from dossiers.problems import Problem
from notifications.informing import Policy
from notifications.page import link_to
from notifications.schemas import Channel
from notifications.vocabulary import short_unit
from notifications.wording import Wording, compile_text, render

LABEL = "[QC]"
PHONE_COLUMNS = ("phone", "so_dien_thoai", "điện thoại", "số điện thoại")
MOST_PARTS = 3
_OURS = frozenset({"unit_short", "page_link", "hotline"})


class CampaignRefused(ValueError):
    """The campaign cannot be: the text says why and what to do."""


@dataclass(frozen=True)
class CampaignRow:
    number: int
    phone: str
    contact_hash: str
    values: Mapping[str, str]
    parts: int
    cost: int


@dataclass
class CampaignCheck:
    """``sample``: the text as the first person would get it. ``cost`` in đồng, of all good rows."""

    rows: list[CampaignRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    sample: str = ""

    @property
    def cost(self) -> int:
        return sum(row.cost for row in self.rows)

    @property
    def parts(self) -> int:
        return sum(row.parts for row in self.rows)


def whole_text(body: str) -> str:
    """The text with what the law asks for: the label first, the way to refuse last (Decree 91/2020)."""
    body = " ".join(body.split())
    if body.upper().startswith(("[QC]", "[AD]")):
        body = body[4:].lstrip()
    refuse = "Từ chối: {% if hotline %}gọi {{ hotline }} hoặc {% endif %}{{ page_link }}"
    return f"{LABEL} {{{{ unit_short }}}}: {body} {refuse}"


def wording_of(body: str, columns: set[str]) -> Wording:
    """The campaign's text as a wording; raises ``CampaignRefused``."""
    if not body.strip():
        raise CampaignRefused("nội dung trống: viết nội dung tin")
    try:
        wording = compile_text("campaign", Channel.SMS, whole_text(body))
    except ContentShapeError as error:
        raise CampaignRefused("; ".join(str(problem) for problem in error.problems)) from None
    unknown = sorted(wording.variables - columns - _OURS)
    if unknown:
        raise CampaignRefused(
            f"nội dung dùng {', '.join(unknown)} mà tệp không có cột đó: thêm cột hoặc bỏ đi"
        )
    return wording


def check(
    table: Table, body: str, *, unit: str, public_url: str, policy: Policy, hotline: str | None = None
) -> CampaignCheck:
    """Every row by itself; raises ``CampaignRefused`` when the file or the text cannot be used at all."""
    column = next((name for name in table.columns if name.strip().lower() in PHONE_COLUMNS), None)
    if column is None:
        raise CampaignRefused(f"tệp không có cột số điện thoại: đặt tên cột là {PHONE_COLUMNS[0]}")
    wording = wording_of(body, {name for name in table.columns if name != column})
    found = CampaignCheck()
    seen: dict[str, int] = {}
    for index, (line, record) in enumerate(table.rows):

        def problem(name: str, what: str, remedy: str, line: int = line, index: int = index) -> Problem:
            return Problem(index=index, row=line, field=name, problem=what, remedy=remedy)

        phone = read_phone(str(record.get(column) or ""))
        if phone.e164 is None:
            found.problems.append(
                problem(column, "không phải số di động", "sửa thành 10 chữ số, hoặc bỏ dòng này")
            )
            continue
        if phone.flaw is PhoneFlaw.OLD_PREFIX:
            found.warnings.append(problem(column, "số 11 chữ số cũ, đã đổi đầu số", "xác nhận lại số"))
        if phone.e164 in seen:
            found.warnings.append(
                problem(column, f"trùng số với dòng {seen[phone.e164]}", "mỗi số chỉ nhận một tin")
            )
            continue
        seen[phone.e164] = line
        values = {name: str(value or "").strip() for name, value in record.items() if name and name != column}
        empty = sorted(name for name in wording.variables - _OURS if not values.get(name))
        if empty:
            found.problems += [
                problem(name, "để trống", "điền vào, nội dung tin cần ô này") for name in empty
            ]
            continue
        text = render(wording, context(values, unit=unit, public_url=public_url, hotline=hotline)).text
        choice = choose(text, marks=policy.marked_sms)
        if choice.size.segments > MOST_PARTS:
            found.problems.append(
                problem(
                    "(nội dung)", f"dài {choice.size.segments} đoạn", f"rút gọn còn tối đa {MOST_PARTS} đoạn"
                )
            )
            continue
        if not found.sample:
            found.sample = choice.text
            if choice.size.segments > measure(strip_marks(text)).segments:
                found.warnings += [
                    problem(
                        "(nội dung)",
                        f"giữ dấu nên tốn hơn: bỏ dấu thì '{risk.word}' dễ đọc thành '{risk.reads_as}'",
                        f"viết {risk.instead}",
                    )
                    for risk in risks_of(text)
                ]
        found.rows.append(
            CampaignRow(
                number=line,
                phone=phone.e164,
                contact_hash=keyed_hash(phone.e164, "phone"),
                values={name: values[name] for name in wording.variables - _OURS},
                parts=choice.size.segments,
                cost=policy.price(Channel.SMS, choice.size.segments),
            )
        )
    if not found.rows and not found.problems:
        raise CampaignRefused("tệp không có dòng nào: thêm ít nhất một số điện thoại")
    return found


def context(
    values: Mapping[str, str], *, unit: str, public_url: str, hotline: str | None
) -> dict[str, str | None]:
    """Values for a text; the page's address is as long as a real one will be."""
    page = link_to("0" * 26, public_url)
    return {**values, "unit_short": short_unit(unit), "page_link": page, "hotline": hotline}
