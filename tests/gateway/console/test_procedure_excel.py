"""Procedures in a workbook: back as drafts, or with every error by row and column."""

from __future__ import annotations

import io
import re

import pytest
from openpyxl import Workbook, load_workbook

from core import editing
from core.content import digest
from core.database import Database
from gateway.content_desk import read_document
from gateway.procedure_excel.check import Standing, check
from gateway.procedure_excel.reading import read_workbook
from gateway.procedure_excel.template import template
from people.models import Role
from tests.gateway.console.conftest import Browser, hire
from tests.gateway.console.test_content import FEE, SEED, publish

BIRTH = "procedures/ho-tich/1.001193.yaml"
ALL = sorted(key for key in SEED if key.startswith("procedures/"))


def book_of(*keys: str) -> bytes:
    return template([(read_document(key, SEED[key]), digest(SEED[key])) for key in keys])


def standing(*keys: str) -> dict[str, Standing]:
    return {
        key.rsplit("/", 1)[-1].removesuffix(".yaml"): Standing(key, SEED[key], digest(SEED[key]))
        for key in keys
    }


def changed(content: bytes, **cells: object) -> bytes:
    """``Phí_B2='x'``: sheet (first letters), column and row by the spreadsheet's own name."""
    book = load_workbook(io.BytesIO(content))
    for place, value in cells.items():
        sheet, _, cell = place.partition("_")
        next(one for one in book.worksheets if one.title.startswith(sheet))[cell] = value
    return saved(book)


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def multipart(token: str, content: bytes, *, save: bool) -> bytes:
    fields = {"form_token": token, "reason": "theo Nghị quyết mới", **({"save": "1"} if save else {})}
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'
    return b"".join([*parts, head, content, b"\r\n--x--\r\n"])


def token_of(page: str) -> str:
    found = re.search(r'name="form_token" value="(\w{64})"', page)
    assert found
    return found[1]


def test_a_template_that_nobody_touched_changes_no_procedure() -> None:
    found = check(*read_workbook(book_of(*ALL)), standing(*ALL))
    assert (found.problems, found.changed, found.same) == ([], {}, len(ALL))


@pytest.mark.parametrize(
    ("cells", "place", "problem"),
    [
        ({"Lệ phí_D2": "tám nghìn"}, ("Lệ phí", 2, "Số tiền (đồng)"), "không phải số"),
        ({"Lệ phí_I3": None}, ("Lệ phí", 3, "Căn cứ"), "chưa có căn cứ"),
        ({"Lệ phí_C2": "Miễn hết"}, ("Lệ phí", 2, "Loại"), "không có lựa chọn"),
        ({"Lệ phí_D2": "=1+1"}, ("Lệ phí", 2, "Số tiền (đồng)"), "công thức"),
        ({"Lệ phí_A2": "9.999999"}, ("Lệ phí", 2, "Mã thủ tục"), "không có ở trang"),
        ({"Thủ tục_A2": "9.999999"}, ("Thủ tục", 2, "Mã thủ tục"), "không có thủ tục này"),
        ({"Thủ tục_B2": "cũ rồi"}, ("Thủ tục", 2, "Dấu bản (đừng sửa)"), "đã đổi từ khi tải mẫu"),
        ({"Thủ tục_D2": "dài" * 30}, ("Thủ tục", 2, "Nhãn khi hỏi lại"), "quá dài"),
        ({"Thủ tục_A3": "2.000815"}, ("Thủ tục", 3, "Mã thủ tục"), "đã có ở dòng 2"),
        ({"Giấy tờ_B1": "Cột lạ"}, ("Giấy tờ", 1, "Cột lạ"), "không có cột này"),
    ],
)
def test_an_error_names_its_sheet_row_and_column_and_nothing_is_kept(
    cells: dict[str, object], place: tuple[str, int, str], problem: str
) -> None:
    content = changed(book_of(FEE), **{"Thủ tục_C2": "Sao y", **cells})
    found = check(*read_workbook(content), standing(FEE))
    told = {(one.sheet, one.row, one.column): one.problem for one in found.problems}
    assert problem in told.get(place, ""), told
    assert found.changed == {}


def test_words_that_look_like_a_formula_come_back_as_words() -> None:
    data = {**read_document(FEE, SEED[FEE]), "summary": '=HYPERLINK("http://x","y")'}
    sheet = load_workbook(io.BytesIO(template([(data, "0" * 64)])))["Thủ tục"]
    (cell,) = [one for one in sheet[2] if str(one.value).startswith("=HYPERLINK")]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


def test_a_file_that_is_no_workbook_is_told_so() -> None:
    found = check(*read_workbook(b"ten,ma"), standing(FEE))
    assert "không phải tệp Excel" in found.problems[0].problem


async def test_a_changed_fee_becomes_a_draft_and_one_wrong_row_keeps_everything_back(
    browser: Browser, database: Database
) -> None:
    await publish(database, FEE)
    await publish(database, BIRTH)
    await browser.sign_in("bientap", await hire(database, "bientap", Role.PROVINCIAL_EDITOR, "tinh"))
    token = token_of(await browser.get("/console/noi-dung/excel"))
    await browser.get("/console/noi-dung/excel/mau.xlsx?q=chung+thuc+ban+sao")
    content = browser.answer.body
    assert len(list(load_workbook(io.BytesIO(content))["Thủ tục"].rows)) == 2
    await browser.get("/console/noi-dung/excel/mau.xlsx")
    both = changed(browser.answer.body, **{"Thủ tục_C2": "Sao y giấy tờ", "Thủ tục_B3": "hỏng"})
    page = await browser.upload("/console/noi-dung/excel", multipart(token, both, save=True))
    assert "Chưa dòng nào được lưu" in page
    async with database.reading() as session:
        assert not await editing.open_versions(session)
    new = changed(content, **{"Lệ phí_D2": 3000})
    page = await browser.upload("/console/noi-dung/excel", multipart(token, new, save=False))
    assert "1 thủ tục đổi" in page
    await browser.upload("/console/noi-dung/excel", multipart(token, new, save=True))
    assert browser.status == 303
    async with database.reading() as session:
        (draft,) = await editing.open_versions(session)
    assert (draft.key, draft.reason) == (FEE, "theo Nghị quyết mới")
    assert read_document(FEE, draft.body)["methods"][0]["fees"][0]["amount"] == "3000"


async def test_a_ward_may_change_names_of_its_own_and_no_fee(browser: Browser, database: Database) -> None:
    await publish(database, FEE)
    await browser.sign_in("phuong", await hire(database, "phuong", Role.WARD_EDITOR))
    token = token_of(await browser.get("/console/noi-dung/excel"))
    await browser.get("/console/noi-dung/excel/mau.xlsx")
    content = browser.answer.body
    fee = changed(content, **{"Lệ phí_D2": 3000})
    page = await browser.upload("/console/noi-dung/excel", multipart(token, fee, save=True))
    assert "phần này do tỉnh sửa" in page
    name = changed(content, **{"Thủ tục_C2": "Sao y giấy tờ"})
    await browser.upload("/console/noi-dung/excel", multipart(token, name, save=True))
    assert browser.status == 303
