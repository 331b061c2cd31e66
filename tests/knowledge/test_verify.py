"""Every figure of a curated procedure stands in its national record, or a person has written down why not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from gateway.verifying import verify_content
from knowledge.curated import CuratedProcedure, DifferentField
from knowledge.schemas import (
    Duration,
    DurationUnit,
    Fee,
    FeeKind,
    Level,
    Method,
    Procedure,
    SubmissionChannel,
)
from knowledge.verify import differences
from tests.conftest import REPOSITORY

CURATED = {
    "code": "9.000001",
    "name": "Đăng ký mẫu",
    "plain_name": "đăng ký mẫu",
    "option_label": "Đăng ký mẫu",
    "levels": ["xa"],
    "field": "Mẫu",
    "decision": "1/QĐ-MAU",
    "updated": "2026-07-01",
    "summary": "Ví dụ.",
    "who": ["Mọi người"],
    "where": ["Quầy"],
    "methods": [
        {
            "channels": ["counter", "online"],
            "durations": [{"unit": "working_day", "value": 3, "basis": "1/QĐ-MAU"}],
            "fees": [{"kind": "known", "amount": 15000, "basis": "2/2020/TT-MAU"}],
        }
    ],
    "papers": [{"name": "Tờ khai"}],
    "steps": ["Nộp trong 10 ngày."],
    "results": ["Giấy"],
    "legal": [{"number": "2/2020/TT-MAU"}],
    "aliases": ["a", "b", "c"],
    "near_misses": [{"text": "x"}],
    "golden": [{"text": str(n)} for n in range(6)],
}
TEXT = "Nộp trong 10 ngày. Lệ phí 15,000 đồng theo Thông tư 2/2020/TT-MAU, 1/QĐ-MAU. 3 ngày làm việc."


def record(amount: int = 15000, days: int = 3, *channels: SubmissionChannel) -> Procedure:
    method = {
        "durations": (Duration(unit=DurationUnit.WORKING_DAY, value=days),),
        "fees": (Fee(kind=FeeKind.KNOWN, amount=amount),),
    }
    chosen = channels or (SubmissionChannel.COUNTER, SubmissionChannel.ONLINE)
    return Procedure(
        code="9.000001",
        name="Đăng ký mẫu",
        levels=(Level.COMMUNE,),
        field="Mẫu",
        source_date=date(2026, 7, 1),
        methods=tuple(Method(channel=channel, **method) for channel in chosen),
    )


def found(against: Procedure, text: str = TEXT, **changed: object) -> list[tuple[str, str, str]]:
    curated = CuratedProcedure.model_validate({**CURATED, **changed})
    return [(one.field.value, one.ours, one.record) for one in differences(curated, against, text)]


def test_equal_figures_differ_in_nothing() -> None:
    assert found(record()) == []


@pytest.mark.parametrize(
    ("against", "field", "theirs"),
    [
        (record(amount=16000), "fee", "16.000 đồng"),
        (record(days=4), "duration", "4 ngày làm việc"),
        (record(15000, 3, SubmissionChannel.COUNTER), "channels", "nộp tại quầy"),
    ],
)
def test_another_amount_time_or_way_is_listed_once_for_all_channels(
    against: Procedure, field: str, theirs: str
) -> None:
    assert [(f, t) for f, _, t in found(against)] == [(field, theirs)]


def test_a_number_or_a_document_that_the_record_never_names_is_listed() -> None:
    steps = ["Nộp trong 12 ngày theo Nghị định 7/2021/NĐ-CP."]
    assert found(record(), steps=steps) == [("numbers", "7/2021/NĐ-CP, 12", "không thấy")]


def test_a_note_covers_just_the_reading_it_was_written_for() -> None:
    note = {
        "field": "duration",
        "ours": "3 ngày làm việc",
        "record": "4 ngày làm việc",
        "why": "Phần các bước ghi 3 ngày làm việc.",
        "basis": "1/QĐ-MAU",
    }
    curated = CuratedProcedure.model_validate({**CURATED, "differs": [note]})
    assert [bool(one.explained) for one in differences(curated, record(days=4), TEXT)] == [True]
    assert [bool(one.explained) for one in differences(curated, record(days=5), TEXT)] == [False]


def test_every_curated_figure_was_read_against_the_national_record(shared: Path) -> None:
    exports = [
        shared / "data" / "procedures" / name
        for name in ("national-2026-07.jsonl.gz", "defence-2025-12.jsonl.gz")
    ]
    verified = verify_content(REPOSITORY / "content", exports)
    assert verified.without_record == []
    assert verified.compared >= 137
    assert [str(one) for one in verified.differences if not one.explained] == []
    figures = {DifferentField.FEE, DifferentField.DURATION, DifferentField.CHANNELS, DifferentField.NUMBERS}
    assert {one.field for one in verified.differences} == figures
