"""The glued table of papers: rows, copies, groups, file names, remarks, cases."""

from __future__ import annotations

import pytest

from knowledge.importer.parse_form_names import split_form_name
from knowledge.importer.parse_papers import HEADER, parse_papers
from knowledge.importer.raw import RawPaper
from knowledge.importer.type_papers import typed_paper
from knowledge.schemas import Paper


def rows(cell: str) -> list[tuple[str, int, int]]:
    return [(row.name, row.originals, row.copies) for row in parse_papers("--" + HEADER + cell)]


def typed(name: str, originals: int = 1, copies: int = 0, group: str | None = None) -> Paper:
    return typed_paper(RawPaper(name, originals, copies, None, group))


def test_rows_end_at_their_number_of_copies() -> None:
    assert rows("- Tờ khai soi đèn1 bản chính- Ảnh chụp đèn0 bản chính,2 bản saoThẻ đèn3 bản sao") == [
        ("- Tờ khai soi đèn", 1, 0),
        ("- Ảnh chụp đèn", 0, 2),
        ("Thẻ đèn", 0, 3),
    ]


def test_a_number_of_copies_inside_a_sentence_ends_no_row() -> None:
    assert rows("Nộp 01 bản chính hoặc 01 bản sao thẻ đèn, kèm 1 bản chính giấy gác đèn.2 bản chính") == [
        ("Nộp 01 bản chính hoặc 01 bản sao thẻ đèn, kèm 1 bản chính giấy gác đèn.", 2, 0)
    ]


@pytest.mark.parametrize(
    ("glued", "name", "originals"),
    [
        ("Tờ khai theo Mẫu ĐX011 bản chính", "Tờ khai theo Mẫu ĐX01", 1),
        ("Giấy theo Nghị định ngày 26/01/20312 bản chính", "Giấy theo Nghị định ngày 26/01/2031", 2),
        ("Thẻ đèn của từng người gác10 bản chính", "Thẻ đèn của từng người gác", 10),
    ],
)
def test_digits_of_the_name_and_of_the_copies_part(glued: str, name: str, originals: int) -> None:
    assert rows(glued) == [(name, originals, 0)]


def test_groups_are_kept_and_papers_only_shown_are_marked() -> None:
    cell = (
        f"* Giấy tờ phải nộp:{HEADER}Tờ khai soi đèn1 bản chính"
        f"* Giấy tờ phải xuất trình:{HEADER}Thẻ đèn1 bản chính* Lưu ý:{HEADER}Đèn phải khô.0 bản chính"
    )
    papers = [typed_paper(row) for row in parse_papers(cell)]
    assert [(paper.name, paper.group, paper.show_only, paper.is_note) for paper in papers] == [
        ("Tờ khai soi đèn", "Giấy tờ phải nộp", False, False),
        ("Thẻ đèn", "Giấy tờ phải xuất trình", True, False),
        ("Đèn phải khô.", "Lưu ý", False, True),
    ]


def test_a_last_group_without_rows_is_a_remark() -> None:
    (_, remark) = parse_papers(f"--{HEADER}Thẻ đèn1 bản chínhTrường hợp nộp qua mạng thì khai trên màn hình.")
    assert typed_paper(remark).is_note


@pytest.mark.parametrize(
    ("glued", "name", "file"),
    [
        ("Đơn soi đèn (mẫu ĐX20).Mau DX20-SD.docx", "Đơn soi đèn (mẫu ĐX20).", "Mau DX20-SD.docx"),
        (
            "Tờ khai theo Thông tư số 1/2030/TT-BCA).1.MauDX01 (2).doc",
            "Tờ khai theo Thông tư số 1/2030/TT-BCA).",
            "1.MauDX01 (2).doc",
        ),
        (
            "Đơn theo Nghị định số 2/2030/NĐ-CPMẫu số 02.docx",
            "Đơn theo Nghị định số 2/2030/NĐ-CP",
            "Mẫu số 02.docx",
        ),
        ("Đơn gửi Thủ tướngĐơn soi đèn.pdf", "Đơn gửi Thủ tướng", "Đơn soi đèn.pdf"),
        (
            "Đơn soi đèn theo quy địnhvăn bản đề nghị.docx",
            "Đơn soi đèn theo quy định",
            "văn bản đề nghị.docx",
        ),
        ("Bản khai ngày 26/01/2030Mau so 04.docx", "Bản khai ngày 26/01/2030", "Mau so 04.docx"),
        ("Bản khai đènMau 1.docxMau 2.docx", "Bản khai đèn", "Mau 1.docx; Mau 2.docx"),
        ("Thẻ đèn", "Thẻ đèn", None),
    ],
)
def test_a_file_name_comes_off_its_paper(glued: str, name: str, file: str | None) -> None:
    assert split_form_name(glued) == (name, file)


def test_a_row_without_copies_is_a_remark_unless_it_plainly_names_a_paper() -> None:
    assert typed("Người soi đèn phải giữ đèn khô.", 0).is_note
    assert typed("- Các giấy tờ sau:", 0).is_note
    assert typed("Trường hợp đèn vỡ thì không phải nộp.", 0).is_note
    assert not typed("Tờ khai soi đèn theo mẫu số 2", 0).is_note


def test_copies_named_in_words_count_where_the_cell_says_none() -> None:
    paper = typed("b) Giấy gác đèn: 01 bản chụp.", 0)
    assert (paper.is_note, paper.originals, paper.copies) == (False, 0, 1)


def test_a_case_at_the_front_or_the_end_becomes_the_case_of_the_paper() -> None:
    front = typed("- Trường hợp đèn do người khác gác thì phải có giấy ủy quyền gác đèn.")
    assert (front.name, front.when) == ("Giấy ủy quyền gác đèn", "trường hợp đèn do người khác gác")
    end = typed("Tờ khai soi đèn (nếu nộp trực tiếp);")
    assert (end.name, end.when) == ("Tờ khai soi đèn", "nếu nộp trực tiếp")


def test_who_acts_is_no_case() -> None:
    paper = typed("Trường hợp gửi đèn qua bưu điện, nhân viên bưu điện phải nộp bản sao phiếu gửi đèn")
    assert paper.when is None


def test_a_case_at_the_end_of_a_list_is_not_the_case_of_all() -> None:
    paper = typed("a) Đèn lớn. b) Đèn nhỏ; c) Đèn dầu (nếu có)")
    assert paper.when is None


def test_sentences_after_the_paper_are_its_note() -> None:
    paper = typed("- Giấy ủy quyền gác đèn. Trường hợp người gác là anh em ruột thì không phải chứng thực.")
    assert paper.name == "Giấy ủy quyền gác đèn"
    assert paper.note == "Trường hợp người gác là anh em ruột thì không phải chứng thực."
