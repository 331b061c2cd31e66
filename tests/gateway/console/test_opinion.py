"""The head of a unit sees figures and harms to mend, an officer neither, and nobody whose dossier it was."""

import io
import re
import zipfile
from datetime import timedelta

import pytest
from docx import Document as WordDocument
from openpyxl import load_workbook
from sqlalchemy import select, text

from core.crypto import keyed_hash
from dossiers.models import Dossier
from feedback.case_models import OpinionCase
from feedback.models import SurveyAnswer
from feedback.portal import PortalFileError, load_portal_figures
from feedback.token import officer_hash
from gateway.opinion_desk import OpinionDesk
from people.models import Role, UnitKind
from people.service import ensure_unit
from tests.gateway.console.conftest import NOW, Browser, console_app, hire
from tests.gateway.opinion_city import BIG, CITY, MIDDLE
from tests.gateway.opinion_city import NOW as CITY_NOW


@pytest.fixture
async def city(opinion_city):
    async with opinion_city.writing() as session:
        await ensure_unit(session, code="tinh", name="Tỉnh Mẫu", kind=UnitKind.PROVINCE)
        for code, name in (("phuong-a", BIG), ("phuong-b", MIDDLE)):
            await ensure_unit(session, code=code, name=name, kind=UnitKind.WARD, parent_code="tinh")
    return opinion_city


@pytest.fixture
def city_app(city, clock):
    return console_app(city, clock, opinion=OpinionDesk(city, lambda: CITY, clock=lambda: CITY_NOW))


async def at_work(app, database, role, unit="phuong-a", name="lan"):
    password = await hire(database, name, role, unit)
    browser = Browser(app)
    await browser.get("/console/dang-nhap")
    await browser.sign_in(name, password)
    return browser


async def test_a_head_sees_the_own_unit_and_its_city_and_no_other_unit(city_app, city):
    head = await at_work(city_app, city, Role.HEAD_OF_UNIT)
    html = await head.get("/console/y-kien?ky=2026-6T")
    assert head.status == 200
    assert BIG in html
    assert MIDDLE not in html
    assert "Quy Nhơn (cũ)" in html
    assert "Con số này nghĩa là gì" in html
    assert "Đất đai, thuế" in html
    for way in ("field", "procedure", "channel", "officer-group"):
        table = await head.get(f"/console/y-kien?ky=2026-6T&xem={way}")
        assert head.status == 200
        if way == "channel":
            assert '<th scope="row">Qua mạng</th>' in table
            assert '<th scope="row">online</th>' not in table
    await head.get("/console/y-kien/bieu-do/units.svg?ky=2026-6T")
    assert head.answer.headers["content-type"] == "image/svg+xml"


async def test_the_morning_page_says_what_people_said_with_its_interval_and_what_to_mend_first(
    city, clock, deadlines
):
    opinion = OpinionDesk(city, lambda: CITY, clock=lambda: CITY_NOW)
    async with city.writing() as session:
        session.add(a_case(unit=BIG, due_at=NOW - timedelta(hours=1)))
        session.add(a_case(unit=MIDDLE, citizen_key=keyed_hash("y", "survey-case")))
    app = console_app(city, clock, deadlines=deadlines, opinion=opinion)
    head = await at_work(app, city, Role.HEAD_OF_UNIT)
    html = await head.get("/console/dau-gio")
    assert head.status == 200
    section = html[html.index('id="opinion"') : html.index("Phiếu của riêng một tuần")]
    assert "1 ý kiến quá giờ" in section
    assert re.search(
        r"Hài lòng từ đầu năm: \d+,\d % \(khoảng tin cậy \d+,\d – \d+,\d, [\d.]+ phiếu\)", section
    )
    assert "So với chỉ tiêu: " in section
    assert MIDDLE not in section
    leader = await at_work(app, city, Role.LEADER, "tinh", name="lanhdao")
    html = await leader.get("/console/dau-gio")
    assert f"<h3>{BIG}</h3>" in html
    assert f"<h3>{MIDDLE}</h3>" in html


async def test_an_officer_opens_neither_figures_nor_cases_nor_reports(city_app, city):
    officer = await at_work(city_app, city, Role.OFFICER)
    for path in ("/console/y-kien", "/console/viec-y-kien", "/console/y-kien/bao-cao.docx?ky=2026"):
        await officer.get(path)
        assert officer.status == 403


async def test_a_report_is_the_same_in_every_form(city_app, city):
    async with city.writing() as session:
        await load_portal_figures(
            session, f"figure,unit,from,to,value,source\non_time,{BIG},2026-03-15,2026-06-14,99.9,Cổng tỉnh\n"
        )
    leader = await at_work(city_app, city, Role.LEADER, "tinh")
    bodies = {}
    for kind in ("docx", "xlsx", "pdf"):
        await leader.get(f"/console/y-kien/bao-cao.{kind}?ky=2026-Q2&hanh_chinh=1")
        assert leader.status == 200
        bodies[kind] = leader.answer.body
    word = WordDocument(io.BytesIO(bodies["docx"]))
    said = "\n".join(paragraph.text for paragraph in word.paragraphs)
    assert "quý II năm 2026" in said
    assert "từ 15/03/2026 đến 14/06/2026" in said
    assert "SỐ LIỆU MẪU" in said
    cells = {cell.text for table in word.tables for row in table.rows for cell in row.cells}
    assert {BIG, MIDDLE, "99.9 (Cổng tỉnh)"} <= cells
    assert any("Kế hoạch 112/KH-UBND" in cell for cell in cells)
    assert any(
        name.startswith("word/media/") for name in zipfile.ZipFile(io.BytesIO(bodies["docx"])).namelist()
    )
    book = load_workbook(io.BytesIO(bodies["xlsx"]))
    rows = {row[0]: row for row in book["Chi so hai long"].iter_rows(min_row=3, values_only=True)}
    assert isinstance(rows[BIG][3], (int, float))
    assert bodies["pdf"].startswith(b"%PDF")
    with pytest.raises(PortalFileError, match="dòng 2, cột figure"):
        async with city.writing() as session:
            await load_portal_figures(
                session, "figure,unit,from,to,value,source\nsao,a,2026-01-01,2026-02-01,9,b\n"
            )


def a_case(**more):
    return OpinionCase(
        **{
            "citizen_key": keyed_hash("x", "survey-case"),
            "unit": "UBND phường A",
            "field": "Hộ tịch",
            "reason": "rude",
            "level": 1,
            "words": "Nói trống không với người già.",
            "phone": "+84900000001",
            "opened_at": NOW - timedelta(hours=5),
            "due_at": NOW + timedelta(hours=20),
            **more,
        }
    )


async def test_a_harm_is_called_back_about_and_closed_with_words_for_the_citizen(app, database):
    async with database.writing() as session:
        session.add(a_case())
    head = await at_work(app, database, Role.HEAD_OF_UNIT)
    html = await head.get("/console/viec-y-kien")
    path = re.search(r"/console/viec-y-kien/\w{26}", html)[0]
    html = await head.get(path)
    assert "Nói trống không với người già." in html
    assert "Rất không hài lòng" in html
    await head.post(f"{path}/goi", {})
    await head.get(path)
    await head.post(f"{path}/khep", {"outcome": "mended", "told": "Xong"})
    assert head.status == 422
    assert "người dân đọc" in head.html
    await head.post(
        f"{path}/khep", {"outcome": "mended", "told": "Đã nhắc nhở và xin lỗi ông/bà qua điện thoại."}
    )
    assert head.status == 303
    assert "Đã khép lại" in await head.get(path)
    assert "Nói trống không" not in await head.get("/console/viec-y-kien")
    await head.get(path)
    await head.post(f"{path}/mo-lai", {})
    assert "Đã gọi" in await head.get(path)


async def test_whoever_handled_the_dossier_and_heads_of_other_units_do_not_find_the_case(app, database):
    async with database.writing() as session:
        session.add(a_case(handler_hash=officer_hash("Lan (mẫu)")))
    handler = await at_work(app, database, Role.HEAD_OF_UNIT)
    assert "Không có việc nào" in await handler.get("/console/viec-y-kien")
    leader = await at_work(app, database, Role.LEADER, "tinh", "mai")
    path = re.search(r"/console/viec-y-kien/\w{26}", await leader.get("/console/viec-y-kien"))[0]
    await handler.get(path)
    assert handler.status == 404
    other = await at_work(app, database, Role.HEAD_OF_UNIT, "phuong-b", "hoa")
    await other.get(path)
    assert other.status == 404


async def test_a_ballot_is_typed_in_by_somebody_else_and_the_poster_names_the_counter(city_app, city):
    async with city.writing() as session:
        session.add(
            Dossier(
                code="H99.01-260601-0001",
                unit=BIG,
                officer="Lan (mẫu)",
                status="returned",
                status_at=CITY_NOW,
                closed_at=CITY_NOW,
                sample=True,
            )
        )
    own = await at_work(city_app, city, Role.OFFICER)
    ballot = {"code": "h99.01-260601-0001", "mode": "paper", "overall": "2"}
    await own.get("/console/phieu-giay")
    await own.post("/console/phieu-giay", ballot)
    assert own.status == 422
    assert "Nhờ người khác nhập phiếu" in own.html
    other = await at_work(city_app, city, Role.OFFICER, name="mai")
    await other.get("/console/phieu-giay")
    assert "Đã nhận phiếu" in await other.post("/console/phieu-giay", ballot)
    await other.get("/console/phieu-giay/to-quay.pdf?don_vi=phuong-a&quay=Quầy số 3")
    assert other.answer.body.startswith(b"%PDF")
    await other.get("/console/phieu-giay/to-quay.pdf?don_vi=phuong-b")
    assert other.status == 404


async def test_from_no_page_that_an_officer_reaches_an_answer_can_be_tied_to_a_dossier(city_app, city):
    """Every page of the navigation and every link on it, in the roles that meet citizens or figures."""
    async with city.reading() as session:
        answers = (await session.scalars(select(SurveyAnswer))).all()
        secrets = {row.id for row in answers} | {row.answer_key for row in answers}
        secrets |= {row.comment for row in answers if row.comment}
        cases = (await session.scalars(select(OpinionCase))).all()
        told = {case.words for case in cases}
        codes = set(await session.scalars(select(Dossier.code)))
    secrets -= told
    for role, name in ((Role.OFFICER, "lan"), (Role.HEAD_OF_UNIT, "mai"), (Role.LEADER, "hoa")):
        person = await at_work(city_app, city, role, name=name)
        seen, left = set(), {"/console"}
        while left and len(seen) < 60:
            path = left.pop()
            seen.add(path)
            html = await person.get(path)
            assert not [one for one in secrets if one in html], (role, path)
            opinion = path.startswith(("/console/y-kien", "/console/viec-y-kien", "/console/phieu-giay"))
            if opinion:
                assert not [code for code in codes if code in html], (role, path)
            found = re.findall(r'(?:href|src)="(/console/[^"#]+)"', html)
            links = {link.replace("&amp;", "&") for link in found}
            left |= {link for link in links - seen if "static" not in link and "dang-xuat" not in link}
        assert len(seen) > 5


async def test_the_tables_themselves_share_nothing_that_joins_answer_and_dossier(city):
    async with city.reading() as session:
        columns = {
            table: set((await session.execute(text(f"SELECT * FROM {table} LIMIT 1"))).keys())
            for table in ("survey_answer", "opinion_case", "dossier", "survey_invitation")
        }
    allowed = {"id", "unit", "field", "procedure_code", "channel", "officer_group", "sample", "status"}
    allowed |= {"instrument", "instrument_version", "phone"}
    allowed |= {"closed_at", "due_at"}  # the case's own clock
    assert columns["survey_answer"] & (columns["dossier"] | columns["survey_invitation"]) <= allowed
    assert columns["opinion_case"] & (columns["dossier"] | columns["survey_invitation"]) <= allowed
