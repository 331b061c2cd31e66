"""A citizen's own list of papers: asked, shown, printed; nothing but choices in its address."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import aiohttp
import pytest

from gateway.public.papers_mail import Posted
from gateway.public.printing.printer import Printer
from gateway.public.printing.sheet import PaperSize, Sheet, SheetGroup, SheetItem, SheetSection
from tests.gateway.public.conftest import Visitor
from tests.gateway.public.scripted import ScriptedDesk, ScriptedSurveys, build_app, served
from wire.provider import Attachment

FORM = "/p/9.000001/giay-to"


class Letters:
    """A post office that keeps what it was given."""

    on = True

    def __init__(self) -> None:
        self.posted = Posted.SENT
        self.sent: list[tuple[str, str, str, Attachment]] = []

    async def __call__(self, to: str, *, title: str, text: str, file: Attachment) -> Posted:
        self.sent.append((to, title, text, file))
        return self.posted


def fields_of(html: str) -> dict[str, list[tuple[str, str]]]:
    """Field names of the form with (value, label) of each choice."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name, value, label in re.findall(
        r'<input type="(?:radio|checkbox)" name="([^"]+)" value="([^"]*)"[^>]*> <span>([^<]*)</span>', html
    ):
        found.setdefault(name, []).append((value, unescape(label)))
    return found


async def list_of(visitor: Visitor, *labels: str) -> str:
    """The path of the list for those who choose these labels and "no" elsewhere."""
    fields = fields_of(await visitor.get(FORM))
    query = ["xong=1"]
    for name, choices in fields.items():
        picked = [value for value, label in choices if label in labels]
        query += [f"{name}={value}" for value in picked or ([choices[0][0]] if name != "c-free" else [])]
    async with visitor.session.get(f"{visitor.url}{FORM}?{'&'.join(query)}", allow_redirects=False) as answer:
        assert answer.status == 303
        return answer.headers["Location"]


async def test_the_questions_end_in_ones_own_list(visitor: Visitor) -> None:
    path = await list_of(visitor, "Tại quầy", "Nhờ người khác đi thay")
    await visitor.get(path)
    assert visitor.status == 200
    assert "Tờ khai ví dụ" in visitor.words
    assert "Giấy ủy quyền" in visitor.words
    assert "Có thể khỏi nộp." in visitor.words
    assert "Lập theo câu trả lời" in visitor.words
    alone = await list_of(visitor, "Tại quầy", "Tự mình đi làm")
    await visitor.get(alone)
    assert "Giấy ủy quyền" not in visitor.words


async def test_the_address_holds_choices_only_and_opens_anywhere(visitor: Visitor) -> None:
    path = await list_of(visitor, "Tại quầy", "Nhờ người khác đi thay")
    assert re.fullmatch(r"/p/9\.000001/giay-to/[0-9a-f]{6}(\.[a-z2-7]{1,4}~?)+", path)
    visitor.session.cookie_jar.clear()
    html = await visitor.get(path)
    assert f"https://motcua.example{path}" in visitor.words
    assert "<svg" in html.split('class="qr"')[1][:200]
    assert not visitor.cookie("motcua_chat")


async def test_a_question_left_open_is_shown_and_the_others_are_kept(visitor: Visitor) -> None:
    html = await visitor.get(FORM)
    (way, *_rest) = fields_of(html)
    await visitor.get(f"{FORM}?xong=1&{way}=q")
    assert visitor.status == 422
    assert "Còn câu chưa chọn" in visitor.words
    assert re.search(r'value="q" checked', visitor.html)
    assert 'class="question missing"' in visitor.html


async def test_a_list_of_another_version_says_that_the_procedure_has_changed(visitor: Visitor) -> None:
    path = await list_of(visitor, "Tại quầy", "Nhờ người khác đi thay")
    await visitor.get(path)
    assert "đã thay đổi" not in visitor.words
    old = re.sub(r"/[0-9a-f]{6}\.", "/000000.", path)
    await visitor.get(old)
    assert "Thủ tục đã thay đổi từ khi lập danh sách này." in visitor.words
    assert "Giấy ủy quyền" in visitor.words
    assert f'href="{FORM}?tu={old.rsplit("/", 1)[1]}"' in visitor.html
    html = await visitor.get(f"{FORM}?tu={old.rsplit('/', 1)[1]}")
    assert html.count(" checked") >= 2


async def test_an_address_cut_short_leads_to_a_new_list(visitor: Visitor) -> None:
    await visitor.get(f"{FORM}/xyz")
    assert visitor.status == 404
    assert f'href="{FORM}"' in visitor.html
    await visitor.get("/p/0.000000/giay-to")
    assert visitor.status == 404


async def test_a_procedure_that_asks_nothing_shows_its_list_at_once(visitor: Visitor) -> None:
    await visitor.get("/p/9.000003/giay-to")
    assert visitor.status == 200
    assert "chưa có danh sách giấy tờ chính thức" in visitor.words


async def test_a_record_in_doubt_says_so_on_the_list_too(visitor: Visitor) -> None:
    fields = fields_of(await visitor.get("/p/9.000002/giay-to"))
    query = "&".join(f"{name}={choices[0][0]}" for name, choices in fields.items())
    await visitor.get(f"/p/9.000002/giay-to?xong=1&{query}")
    assert "Đang kiểm tra lại" in visitor.words


# ── by mail ─────────────────────────────────────────────────────────────────


@pytest.fixture
def letters() -> Letters:
    return Letters()


@pytest.fixture
async def writer(
    desk: ScriptedDesk, surveys: ScriptedSurveys, letters: Letters
) -> AsyncIterator[tuple[Visitor, str]]:
    """A visitor of a site that can send mail, and the path of their list."""
    with served(build_app(desk, surveys, post=letters)) as running:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
            visitor = Visitor(session, running.url)
            yield visitor, await list_of(visitor, "Tại quầy", "Nhờ người khác đi thay")


async def test_the_list_goes_by_mail_with_its_pdf_and_the_page_says_so(writer, letters, tmp_path) -> None:
    visitor, path = writer
    await visitor.post(path, {"thu": " mau@example.com "})
    assert visitor.status == 200
    assert "Đã gửi, kèm bản in." in visitor.words
    assert "mau@example.com" not in visitor.html, "an address stands in no page and no address"
    ((to, title, text, file),) = letters.sent
    assert (to, title) == ("mau@example.com", "Giấy tờ: Làm giấy ví dụ")
    assert f"https://motcua.example{path}" in text
    assert (file.name, file.content_type) == ("giay-to-9.000001.pdf", "application/pdf")
    read = text_of(file.content, tmp_path)
    assert "Giấy ủy quyền" in read
    assert "không ghi tên ai" in read
    assert "mau@example.com" not in read


@pytest.mark.parametrize(
    "typed", ["", "mau", "mau@", "mau@example", "a@b.vn, c@d.vn", "mẫu@example.com", "x" * 255]
)
async def test_what_is_no_address_is_told_so_and_can_be_mended(writer, letters, typed) -> None:
    visitor, path = writer
    await visitor.post(path, {"thu": typed})
    assert visitor.status == 422
    assert "Ghi đủ địa chỉ thư" in visitor.words
    assert f'value="{typed[:254]}"' in visitor.html
    assert visitor.headers["cache-control"] == "no-store"
    assert letters.sent == []


@pytest.mark.parametrize(
    ("posted", "status", "told"),
    [
        (Posted.REFUSED, 422, "Hộp thư này không nhận được thư."),
        (Posted.LATER, 503, "thư chưa đi"),
        (Posted.UNSURE, 503, "Chưa rõ thư đã đi chưa."),
    ],
)
async def test_a_mail_that_did_not_go_says_what_to_do(writer, letters, posted, status, told) -> None:
    visitor, path = writer
    letters.posted = posted
    await visitor.post(path, {"thu": "mau@example.com"})
    assert visitor.status == status
    assert told in visitor.words
    assert 'value="mau@example.com"' in visitor.html


async def test_one_mailbox_cannot_be_flooded_and_another_site_cannot_send(writer, letters) -> None:
    visitor, path = writer
    await visitor.post(path, {"thu": "mau@example.com"}, headers={"Origin": "https://elsewhere.example"})
    assert (visitor.status, letters.sent) == (403, [])
    letters.posted = Posted.LATER
    await visitor.post(path, {"thu": "mau@example.com"})
    letters.posted, letters.sent = Posted.SENT, []
    for _ in range(4):
        await visitor.post(path, {"thu": "Mau@example.com"})
    assert visitor.status == 429, "what did not go was not counted, what went was"
    assert "Chờ một lúc rồi gửi lại, hoặc dùng bản in." in visitor.words
    assert len(letters.sent) == 3
    for number in range(8):
        await visitor.post(path, {"thu": f"mau{number}@example.com"})
    assert (visitor.status, len(letters.sent)) == (429, 8), "nor can one visitor write to many"


async def test_where_no_mail_can_go_the_page_leads_to_the_print(visitor: Visitor) -> None:
    path = await list_of(visitor, "Tại quầy", "Tự mình đi làm")
    await visitor.get(path)
    assert "Lúc này chưa gửi thư được." in visitor.words
    assert 'name="thu"' not in visitor.html
    await visitor.post(path, {"thu": "mau@example.com"})
    assert visitor.status == 503


# ── on paper ────────────────────────────────────────────────────────────────


def text_of(pdf: bytes, tmp_path: Path) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is missing: apt-get install poppler-utils")
    path = tmp_path / "sheet.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode().replace("\u200b", "").split())


def sizes_of(pdf: bytes, tmp_path: Path) -> tuple[int, int]:
    path = tmp_path / "size.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdfinfo", str(path)], capture_output=True, check=True)
    width, height = re.findall(r"Page size:\s+([\d.]+) x ([\d.]+)", done.stdout.decode())[0]
    return round(float(width) * 25.4 / 72), round(float(height) * 25.4 / 72)


async def fetch(visitor: Visitor, path: str) -> bytes:
    async with visitor.session.get(visitor.url + path) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "application/pdf"
        return await answer.read()


@pytest.mark.parametrize(("query", "width"), [("", 210), ("?kho=80mm", 80), ("?kho=bảng", 210)])
async def test_the_printed_card_holds_every_paper_and_its_address(
    visitor: Visitor, tmp_path: Path, query: str, width: int
) -> None:
    pdf = await fetch(visitor, f"/p/9.000001.pdf{query}")
    words = text_of(pdf, tmp_path)
    for said in (
        "Làm giấy ví dụ",
        "Tờ khai ví dụ",
        "Căn cước hoặc hộ chiếu của người đi làm",
        "Giấy ủy quyền",
        "Nhờ người khác đi thay",
        "15.000 đồng",
        "3 ngày làm việc",
        "https://motcua.example/p/9.000001",
        "Căn cứ: thủ tục 9.000001",
        "phường Mẫu",
        "thành phố mẫu",
    ):
        assert said in words, said
    assert sizes_of(pdf, tmp_path)[0] == width


async def test_the_printed_list_holds_the_papers_of_this_case_alone(visitor: Visitor, tmp_path: Path) -> None:
    path = await list_of(visitor, "Tại quầy", "Tự mình đi làm")
    words = text_of(await fetch(visitor, f"{path}.pdf"), tmp_path)
    assert "Tờ khai ví dụ" in words
    assert "Có thể khỏi nộp" in words
    assert "Giấy ủy quyền" not in words
    assert f"https://motcua.example{path}" in words
    assert "không ghi tên ai" in words
    receipt = await fetch(visitor, f"{path}.pdf?kho=80mm")
    assert sizes_of(receipt, tmp_path)[0] == 80


async def test_an_unknown_card_is_a_page_that_helps(visitor: Visitor) -> None:
    await visitor.get("/p/0.000000.pdf")
    assert visitor.status == 404
    assert 'action="/chat"' in visitor.html


async def test_words_of_a_record_are_never_read_as_markup(tmp_path: Path) -> None:
    wild = '#panic("x") *a* _b_ $c$ = d @e <f> \\ "g" // h [i] #{1+1}'
    sheet = Sheet(
        unit=wild,
        head=(wild,),
        title=wild,
        formal=wild,
        lead=wild,
        warnings=(wild,),
        sections=(SheetSection(wild, (SheetGroup((SheetItem(wild, wild, (wild,), box=True),), case=wild),)),),
        address="https://motcua.example/p/1?a=b&c=d",
        qr_says=wild,
        basis=wild,
        small=wild,
    )
    words = text_of(await Printer().pdf(sheet, PaperSize.A4), tmp_path)
    assert '#panic("x") *a* _b_ $c$' in words
    assert "#{1+1}" in words


async def test_every_vietnamese_letter_is_in_the_printed_font(tmp_path: Path) -> None:
    small = "ạảãàáâậầấẩẫăắằặẳẵ óòọõỏôộổỗồốơờớợởỡ éèẻẹẽêếềệểễ úùụủũưựữửừứ íìịỉĩ ýỳỷỵỹđ"
    letters = f"{small} {small.upper()}"
    sheet = Sheet("Đ", (), letters, None, None, (), (), "https://a.example", "x", "y")
    assert letters in text_of(await Printer().pdf(sheet, PaperSize.A4), tmp_path)
