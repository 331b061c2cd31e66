"""Questions made from the record: few, without repeats, and every paper can be reached by some answer."""

from __future__ import annotations

import gzip
import json
from datetime import date
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.content_mirror import read_folder
from knowledge.answer.guard import figures, figures_of
from knowledge.checklist.check import check_checklists
from knowledge.checklist.choices import Chosen, read_token
from knowledge.checklist.facts import if_any, key_of, version_of
from knowledge.checklist.my_list import ASK_THE_COUNTER, MyList, my_list
from knowledge.checklist.questions import MOST_QUESTIONS, Ask, questions
from knowledge.checklist.schemas import parse_checklist
from knowledge.importer.build import typed_record
from knowledge.published import parse_procedure
from knowledge.schemas import Paper, Procedure
from tests.conftest import REPOSITORY

RECORDS = {
    record.code: record
    for key, text in read_folder(REPOSITORY / "content" / "procedures").items()
    for record in [parse_procedure(text, f"procedures/{key}").to_procedure()]
}
WRITTEN = {
    checklist.code: checklist
    for key, text in read_folder(REPOSITORY / "content" / "checklists").items()
    for checklist in [parse_checklist(text, f"checklists/{key}")]
}
BIRTH = RECORDS["1.001193"]
TODAY = date(2026, 11, 26)


def asks_of(record: Procedure) -> tuple[Ask, ...]:
    return questions(record, WRITTEN.get(record.code))


def answered(record: Procedure, *labels: str) -> MyList:
    """The list of somebody who chose these labels."""
    asks = asks_of(record)
    picked = [choice for ask in asks for choice in ask.choices if choice.label in labels]
    return my_list(record, asks, Chosen(version_of(record)).plus(picked), TODAY)


def test_written_questions_fit_their_records() -> None:
    assert check_checklists(WRITTEN.values(), RECORDS) == []
    (problem,) = check_checklists(
        [
            parse_checklist(
                "code: '1.001193'\nquestions: [{ask: A, choices: [{label: B, cases: [x y]}, {label: C}]}]",
                "1.001193.yaml",
            )
        ],
        RECORDS,
    )
    assert "x y" in str(problem)


@pytest.mark.parametrize("record", RECORDS.values(), ids=lambda record: record.code)
def test_a_record_asks_at_most_six_questions_and_reaches_every_paper(record: Procedure) -> None:
    asks = asks_of(record)
    assert len(asks) <= MOST_QUESTIONS
    assert len({ask.id for ask in asks}) == len(asks)
    everything = Chosen(version_of(record)).plus(choice for ask in asks for choice in ask.choices)
    found = my_list(record, asks, everything, TODAY)
    papers = [paper for paper in record.papers if not paper.is_note]
    assert len(found.needed) == len(papers)
    nothing = my_list(record, asks, Chosen(version_of(record)), TODAY)
    always = [paper for paper in papers if not paper.when or if_any(paper)]
    assert [p.name.lower() for p in nothing.needed] == [p.name.lower() for p in always]
    for ask in asks:
        assert len(ask.text) <= 130
        assert len({choice.label for choice in ask.choices}) == len(ask.choices) >= 2


def test_birth_is_asked_in_words_of_the_record_and_ends_in_ones_own_list() -> None:
    asks = asks_of(BIRTH)
    assert [ask.text for ask in asks[:3]] == [
        "Nộp bằng cách nào?", "Ai đi làm?", "Không có giấy chứng sinh?",
    ]  # fmt: skip
    mine = answered(BIRTH, "Tại quầy", "Nhờ người khác đi thay")
    names = [paper.name for paper in mine.needed]
    assert any("ủy quyền" in name for name in names)
    assert not any("bỏ rơi" in name for name in names)
    assert not any("Bản sao có chứng thực" in name for name in names)
    by_post = answered(BIRTH, "Gửi bưu điện", "Tự mình đi làm")
    assert any("Bản sao có chứng thực" in paper.name for paper in by_post.needed)


def test_a_paper_whose_data_is_connected_says_that_it_may_stay_at_home() -> None:
    (birth_note,) = [paper for paper in answered(BIRTH).needed if paper.name == "Giấy chứng sinh"]
    assert birth_note.spare is not None
    assert "khỏi nộp bản giấy" in birth_note.spare


def test_who_is_not_sure_gets_the_paper_to_ask_about() -> None:
    asks = asks_of(BIRTH)
    (ask,) = [one for one in asks if one.text == "Không có giấy chứng sinh?"]
    chosen = Chosen(version_of(BIRTH)).plus([ask.choices[2]])
    found = my_list(BIRTH, asks, chosen, TODAY)
    assert [paper.case for paper in found.open_] == ["Không có giấy chứng sinh"]
    assert ("Không có giấy chứng sinh?", "Chưa rõ") in found.answers


def test_the_way_of_filing_chooses_fee_and_time() -> None:
    stay = RECORDS["1.004222"]
    online = answered(stay, "Qua mạng", "Nhà của mình")
    counter = answered(stay, "Tại quầy", "Nhà của mình")
    assert any("10.000 đồng" in line for line in online.fees)
    assert any("20.000 đồng" in line for line in counter.fees)
    assert any("75/2022/TT-BTC" in line for line in counter.fees)


def test_who_is_let_off_a_fee_reads_so() -> None:
    single = RECORDS["1.004873"]
    found = answered(single, "Tại quầy", "Người thuộc hộ nghèo")
    assert any("người thuộc hộ nghèo" in line and "miễn, giảm" in line for line in found.fees)


def test_the_same_answers_open_on_a_changed_record_and_it_says_so() -> None:
    asks = asks_of(BIRTH)
    chosen = Chosen(version_of(BIRTH)).plus([asks[1].choices[1]])
    changed = BIRTH.model_copy(update={"papers": (*BIRTH.papers, Paper(name="Giấy mới"))})
    found = my_list(changed, questions(changed), read_token(chosen.token) or chosen, TODAY)
    assert found.changed
    assert found.needed[-1].name == "Giấy mới"
    assert any("ủy quyền" in paper.name for paper in found.needed)
    redated = BIRTH.model_copy(update={"source_date": date(2026, 12, 1)})
    assert not my_list(redated, asks, chosen, TODAY).changed


def test_groups_that_exclude_each_other_become_one_question() -> None:
    record = Procedure(
        code="9.1",
        name="Ví dụ",
        field="mẫu",
        papers=(
            Paper(name="Đơn"),
            Paper(name="Giấy A", group="a) Đối với cá nhân"),
            Paper(name="Giấy B", group="b) Đối với tổ chức"),
            Paper(name="Giấy C", group="b) Đối với tổ chức", when="có vốn nước ngoài"),
        ),
    )
    group, foreign = questions(record)
    assert [choice.label for choice in group.choices][:2] == ["A) Đối với cá nhân", "B) Đối với tổ chức"]
    chosen = Chosen(version_of(record)).plus([group.choices[1], foreign.choices[0]])
    found = my_list(record, questions(record), chosen, TODAY)
    assert [paper.name for paper in found.needed] == ["Đơn", "Giấy B", "Giấy C"]
    unsure = my_list(record, questions(record), Chosen("000000").plus([group.choices[2]]), TODAY)
    assert [paper.name for paper in unsure.open_] == ["Giấy A", "Giấy B"]


@given(
    facts=st.frozensets(st.sampled_from(["q", key_of("một"), key_of("hai"), key_of("ba")])),
    unsure=st.frozensets(st.sampled_from([key_of("bốn"), key_of("năm")])),
)
def test_what_was_chosen_comes_back_from_its_address(facts: frozenset[str], unsure: frozenset[str]) -> None:
    chosen = Chosen("0a1b2c", facts, unsure)
    assert read_token(chosen.token) == chosen
    assert chosen.token.isascii()


@pytest.mark.parametrize(
    "token",
    [
        "",
        "zzz",
        "0a1b2c.",
        "0a1b2c.<b>",
        "0a1b2c.q.m",
        "0a1b2c.abcd.TOOBIG",
        "0a1b2c" + ".abcd" * 60,
        "0A1B2C",
    ],
)
def test_an_address_that_is_none_of_ours_is_refused(token: str) -> None:
    assert read_token(token) is None


def _check_figures(record: Procedure, found: MyList) -> None:
    texts = [*found.fees, *found.times, *found.where, *found.remarks]
    for paper in (*found.needed, *found.open_):
        texts += [paper.name, paper.copies or "", *paper.notes, paper.spare or "", paper.case or ""]
    texts += [part for answer in found.answers for part in answer]
    assert figures(" \n".join(texts)) <= figures_of(record), record.code


@pytest.mark.parametrize("record", RECORDS.values(), ids=lambda record: record.code)
def test_no_figure_of_a_list_comes_from_nowhere(record: Procedure) -> None:
    asks = asks_of(record)
    for number in range(3):
        picked = [ask.choices[min(number, len(ask.choices) - 1)] for ask in asks]
        _check_figures(record, my_list(record, asks, Chosen(version_of(record)).plus(picked), TODAY))


def test_national_records_make_lists_as_well(shared: Path) -> None:
    with gzip.open(shared / "data/procedures/national-2026-07.jsonl.gz", "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number % 25:
                continue
            record = typed_record(json.loads(line))
            asks = questions(record)
            assert len(asks) <= MOST_QUESTIONS
            picked = [ask.choices[0] for ask in asks]
            found = my_list(record, asks, Chosen(version_of(record)).plus(picked), TODAY)
            _check_figures(record, found)
            assert read_token(Chosen(version_of(record)).plus(picked).token) is not None


def test_an_unknown_fee_names_the_counter_and_no_figure() -> None:
    record = Procedure(code="9.2", name="Ví dụ", field="mẫu", papers=(Paper(name="Đơn"),))
    assert my_list(record, (), Chosen(version_of(record)), TODAY).fees == (ASK_THE_COUNTER,)


def test_every_combination_of_answers_of_a_small_record_is_a_list() -> None:
    asks = asks_of(RECORDS["1.012784"])
    assert 1 <= len(asks) <= 3
    for picked in product(*(ask.choices for ask in asks)):
        assert my_list(RECORDS["1.012784"], asks, Chosen("000000").plus(picked), TODAY).needed
