"""What the importer says of four procedures agrees with the portal's own printouts, field by field."""

from __future__ import annotations

import gzip
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from knowledge.importer.build import build
from knowledge.importer.findings import Findings
from knowledge.importer.formats import recognise
from knowledge.importer.raw import RawProcedure
from knowledge.importer.unscramble import Readings
from knowledge.schemas import DurationUnit, FeeKind, Level, Paper, Procedure, SubmissionChannel
from tests.knowledge.importer.printout import PrintedPaper, Printout, read_printout, squash

CODES = ("1.001193", "1.004772", "2.000635", "2.000986")
_CHANNELS = {
    "Trực tuyến": SubmissionChannel.ONLINE,
    "Trực tiếp": SubmissionChannel.COUNTER,
    "Qua bưu điện": SubmissionChannel.POST,
}
_LEVELS = {"Xã": Level.COMMUNE, "Tỉnh": Level.PROVINCE, "Bộ": Level.MINISTRY}


@dataclass(frozen=True)
class Case:
    printed: Printout
    raw: RawProcedure
    typed: Procedure


@pytest.fixture(scope="module")
def cases(shared: Path) -> dict[str, Case]:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not here")
    folder = shared / "data" / "portal-printouts"
    export = shared / "data" / "procedures" / "national-2026-07.jsonl.gz"
    if not folder.exists() or not export.exists():
        pytest.skip("the printouts or the national export are not here")
    records = {}
    with gzip.open(export, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            records[record["ma_thu_tuc"]] = record
    readings = Readings(
        {code: (record["linh_vuc"], record["trinh_tu_thuc_hien"]) for code, record in records.items()}
    )
    found = {}
    for code in CODES:
        findings = Findings()
        raw = recognise(records[code]).make_raw(records[code], findings)
        printed = read_printout(next(folder.glob(f"*{code}*.pdf")))
        found[code] = Case(printed, raw, build(raw, findings, readings=readings).procedure)
    return found


@pytest.fixture(params=CODES)
def case(request: pytest.FixtureRequest, cases: dict[str, Case]) -> Case:
    return cases[request.param]


def test_the_head_of_the_record_agrees(case: Case) -> None:
    head, typed = case.printed.head, case.typed
    assert head["code"] == typed.code
    assert squash(head["name"]) == squash(typed.name)
    assert head["decision"] == typed.decision
    assert squash(head["field"]) == squash(typed.field)
    assert {_LEVELS[part.strip()] for part in head["levels"].split(",")} == set(typed.levels)
    assert squash(head["authority"]) == squash(typed.authority or "")
    assert typed.receiving_address is None
    assert not head["address"]


def test_the_applicants_agree(case: Case) -> None:
    # The order differs between the page and its printout, so the set is compared.
    printed = squash(case.printed.head["applicants"])
    for applicant in case.typed.applicants:
        assert squash(applicant) in printed
    assert sum(len(squash(applicant)) for applicant in case.typed.applicants) == len(printed)


def test_the_agency_agrees(case: Case) -> None:
    printed = case.printed.text("CƠ QUAN THỰC HIỆN")
    expected = None if printed == "Không có thông tin" else squash(printed)
    assert (squash(case.typed.agency) if case.typed.agency else None) == expected


def test_the_conditions_agree(case: Case) -> None:
    assert squash(case.printed.text("YÊU CẦU, ĐIỀU KIỆN THỰC HIỆN")) == squash(
        " ".join(case.typed.conditions)
    )


def test_the_results_agree(case: Case) -> None:
    assert {squash(result) for result in case.printed.results} == {squash(r) for r in case.typed.results}


def test_the_ways_of_filing_agree_in_channel_time_and_fee(case: Case) -> None:
    assert len(case.printed.methods) == len(case.typed.methods) == len(case.raw.methods)
    typed = {method.channel: method for method in case.typed.methods}
    stated = {method.channel: method for method in case.raw.methods}
    for printed in case.printed.methods:
        channel = _CHANNELS[printed.channel]
        (duration,) = typed[channel].durations
        if printed.time == "Không xác định":
            assert (duration.unit, duration.value) == (None, None)
        else:
            number, unit = printed.time.split(" ", 1)
            # The printout says "ngày" for "1" and for "20 Ngày" alike.
            assert unit == "ngày"
            assert (duration.unit, duration.value) == (DurationUnit.DAY, int(number))
        (raw_fee,) = stated[channel].fees
        (fee,) = typed[channel].fees
        if printed.fee == "Miễn phí":
            assert raw_fee.stated == "free"
            # The source says free and, elsewhere, who pays: then nothing may be called free.
            assert fee.kind is FeeKind.VARIES
            assert fee.note
        else:
            amount = int(printed.fee.removesuffix(" VNĐ").replace(".", ""))
            assert (fee.kind, fee.amount) == (FeeKind.KNOWN, amount)
        assert squash(printed.note) == squash(typed[channel].note or "")


def test_the_oracle_sees_whole_tables(cases: dict[str, Case]) -> None:
    seen = {code: (len(one.printed.papers), len(one.printed.legal_numbers)) for code, one in cases.items()}
    assert seen == {"1.001193": (33, 15), "1.004772": (29, 16), "2.000635": (25, 15), "2.000986": (5, 16)}


def test_every_printed_paper_is_there_with_its_copies_and_its_group(case: Case) -> None:
    left = list(case.typed.papers)
    for printed in case.printed.papers:
        matches = [paper for paper in left if _same(printed, paper)]
        assert matches, f"not found: {printed}"
        paper = matches[0]
        left.remove(paper)
        assert (paper.originals, paper.copies) == (printed.originals, printed.copies), printed.text
        assert paper.is_note == (printed.originals + printed.copies == 0), printed.text
        assert paper.show_only == ("xuất trình" in printed.group and not paper.is_note), printed.text
        assert paper.form_name is None
    assert not left


def test_the_legal_documents_agree(case: Case) -> None:
    typed = {document.number for document in case.typed.legal}
    printed = set()
    for number in case.printed.legal_numbers:
        clean = number.removeprefix("Thông tư số ").strip()
        # A long number is broken at its hyphen: its other part is in the next line of the column.
        printed.add(
            next((one for one in typed if one.startswith(clean)), clean) if clean[-1] == "-" else clean
        )
    assert printed == typed


def test_the_steps_hold_the_printed_words(case: Case) -> None:
    printed = squash(case.printed.text("TRÌNH TỰ THỰC HIỆN"))
    typed = squash(" ".join(case.typed.steps))
    assert len(printed) == len(typed)
    if case.typed.code == "1.001193":
        # The printout has the same misplaced words as the export; the importer put them back.
        assert "dangkykhaisinhtaitrungtamphucvuhanhchinhcong" in typed
        assert "dangkykhaisinhtaitrungtamphucvuhanhchinhcong" not in printed[:300]
        assert sorted(typed) == sorted(printed)
    else:
        assert typed == printed


def _same(printed: PrintedPaper, paper: Paper) -> bool:
    """Whether a typed paper is a printed row: all its parts are in it, and little of it is left over.

    What is left over are the words that join a case to its paper ("thì phải có").
    """
    if squash(printed.group.strip("* :")) != squash(paper.group or ""):
        return False
    row = squash(printed.text)
    parts = [squash(part) for part in (paper.name, paper.note or "", paper.when or "")]
    return all(part in row for part in parts) and len(row) - sum(map(len, parts)) <= len("thiphaicothem")
