"""The public page of accuracy: figures in plain words, errors not hidden."""

from __future__ import annotations

import json

from knowledge.evaluation.exam import read_exam
from tests.gateway.public.conftest import Visitor


async def test_a_citizen_reads_how_many_of_a_hundred_answers_are_right(visitor: Visitor) -> None:
    await visitor.get("/do-chinh-xac")
    assert visitor.status == 200
    assert "Cứ 100 câu hỏi về thủ tục" in visitor.words
    assert "trả lời nhầm sang thủ tục khác" in visitor.words
    assert "Những lỗi còn lại" in visitor.words
    assert "do người viết ra để thử" in visitor.words


async def test_the_hundred_adds_up(visitor: Visitor) -> None:
    html = await visitor.get("/do-chinh-xac")
    block = html.split('<dl class="hundred">')[1].split("</dl>")[0]
    figures = [int(part.split("</dd>")[0]) for part in block.split("<dd>")[1:]]
    assert len(figures) == 4
    assert sum(figures) == 100


async def test_the_drawing_has_its_table_beside_it(visitor: Visitor) -> None:
    html = await visitor.get("/do-chinh-xac")
    assert '<svg class="calibration"' in html
    assert 'role="img"' in html
    assert "Khả năng đúng ngay đầu" in visitor.words
    assert "Khả năng đúng trong ba" in visitor.words


async def test_the_same_figures_are_given_to_machines(visitor: Visitor) -> None:
    told = json.loads(await visitor.get("/do-chinh-xac.json"))
    exam = read_exam()
    assert exam is not None
    assert told["rows"] == exam.rows


async def test_the_first_page_leads_there(visitor: Visitor) -> None:
    assert 'href="/do-chinh-xac"' in await visitor.get("/")
