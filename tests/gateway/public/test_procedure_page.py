"""The public card of a procedure."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from gateway.public.present import procedure_page
from knowledge.curated import CuratedProcedure
from knowledge.schemas import (
    Duration,
    DurationUnit,
    Fee,
    FeeKind,
    Method,
    Paper,
    Procedure,
    SubmissionChannel,
)
from tests.gateway.public.conftest import Visitor
from tests.gateway.public.scripted import PASSPORT


async def test_the_page_says_what_a_citizen_needs(visitor: Visitor) -> None:
    await visitor.get("/p/9.000001")
    assert visitor.status == 200
    for words in (
        "Làm giấy ví dụ",
        "Tên trong văn bản: Cấp giấy ví dụ cho công dân",
        "3 ngày làm việc",
        "Phải hỏi nơi khác 10 ngày làm việc",
        "15.000 đồng",
        "7.500 đồng",
        "Áp dụng đến hết 31/12/2026.",
        "cho xem rồi nhận lại",
        "Nhờ người khác đi thay",
        "1 bản chính, 1 bản sao",
        "Theo mẫu VD-01.",
        "Người thuộc hộ nghèo",
        "1/2026/TT-VD · Thông tư về giấy ví dụ",
        "Căn cứ: thủ tục 9.000001, Quyết định 163/QĐ-VD · cập nhật 17/07/2026",
    ):
        assert words in visitor.words, words
    assert "Đang kiểm tra lại" not in visitor.words


async def test_a_record_in_doubt_says_so_first(visitor: Visitor) -> None:
    await visitor.get("/p/9.000002")
    assert visitor.words.index("Đang kiểm tra lại") < visitor.words.index("Thời gian")
    assert "đã hết hiệu lực từ 01/11/2026" in visitor.words


async def test_a_record_without_figures_says_it_does_not_know(visitor: Visitor) -> None:
    await visitor.get("/p/9.000003")
    assert visitor.words.count("Chưa có số liệu chính thức") == 2
    assert "chưa có danh sách giấy tờ chính thức" in visitor.words


async def test_an_unknown_code_leads_on_to_a_question(visitor: Visitor) -> None:
    await visitor.get("/p/%3Cb%3E1.000000")
    assert visitor.status == 404
    assert "không có thủ tục mã" in visitor.words
    assert "<b>1.000000" not in visitor.html
    assert 'action="/chat"' in visitor.html


async def test_the_page_leads_into_the_chat_with_its_procedure(visitor: Visitor) -> None:
    html = await visitor.get("/p/9.000001")
    assert 'name="press" value="procedure:9.000001 Làm giấy ví dụ"' in html


def test_ways_of_filing_with_equal_times_are_told_once() -> None:
    same = (Duration(unit=DurationUnit.SAME_DAY),)
    record = Procedure(
        code="9.9",
        name="Ví dụ",
        field="Việc mẫu",
        methods=(
            Method(channel=SubmissionChannel.COUNTER, durations=same),
            Method(channel=SubmissionChannel.ONLINE, durations=same),
        ),
        same_day_after_15h=True,
    )
    (group,) = procedure_page(record).times
    assert group.channels is None
    assert group.lines[0].value == "Trong ngày"
    assert group.lines[0].notes == ("Nộp sau 15 giờ mà chưa kịp thì có vào ngày làm việc tiếp theo.",)


def test_a_fee_that_nobody_stated_is_never_free() -> None:
    record = PASSPORT.model_copy(
        update={
            "methods": (
                Method(channel=SubmissionChannel.COUNTER, fees=(Fee(kind=FeeKind.UNKNOWN, note="nếu có"),)),
            )
        }
    )
    page = procedure_page(record)
    assert page.fees[0].lines[0].value == "Chưa có số liệu chính thức"
    assert page.ask_fee


def test_remarks_among_the_papers_are_not_papers() -> None:
    page = procedure_page(PASSPORT)
    names = [paper.name for group in page.papers for paper in group.papers]
    assert "Giấy tờ nước ngoài phải hợp pháp hóa lãnh sự" not in names
    assert page.paper_notes == ("Giấy tờ nước ngoài phải hợp pháp hóa lãnh sự.",)
    assert [group.case for group in page.papers] == [None, "Nhờ người khác đi thay"]


def test_steps_are_numbered_once() -> None:
    assert procedure_page(PASSPORT).steps[:2] == ("Nộp hồ sơ tại quầy hoặc trên mạng.", "Nhận giấy hẹn.")


def test_only_a_secure_link_leads_out() -> None:
    assert procedure_page(PASSPORT.model_copy(update={"url": "javascript:alert(1)"})).url is None


def test_papers_of_a_national_record_keep_their_groups() -> None:
    record = PASSPORT.model_copy(update={"papers": (Paper(name="Đơn", group="trường hợp cấp lại"),)})
    assert procedure_page(record).papers[0].case == "Trường hợp cấp lại"


def test_every_curated_record_can_be_shown() -> None:
    folder = Path(__file__).parents[3] / "content" / "procedures"
    files = sorted(folder.rglob("*.yaml"))
    if not files:
        pytest.skip("no curated procedures in content/ yet")
    for file in files:
        try:
            curated = CuratedProcedure.model_validate(yaml.safe_load(file.read_text("utf-8")))
        except ValidationError:
            continue  # `motcua content check` names what is wrong with it
        page = procedure_page(curated.to_procedure())
        assert page.papers or page.paper_notes, file.name
        assert page.where, file.name
        assert page.updated, file.name


def test_national_codes_fit_the_address(shared: Path) -> None:
    with gzip.open(shared / "data/procedures/national-2026-07.jsonl.gz", "rt", encoding="utf-8") as lines:
        codes = [json.loads(line)["ma_thu_tuc"] for line in lines]
    assert all(len(code) <= 40 and "/" not in code for code in codes)
