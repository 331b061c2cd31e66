"""``/su-kien``: what to do first, what next, and where each thing leads."""

from __future__ import annotations

from tests.gateway.public.conftest import Visitor


async def test_the_steps_stand_in_order_and_each_leads_to_its_procedure(visitor: Visitor) -> None:
    html = await visitor.get("/su-kien/vi-du")
    assert visitor.status == 200
    words = visitor.words
    assert words.index("Hỏi giấy ban đầu") < words.index("Làm giấy ví dụ") < words.index("Đổi giấy ví dụ")
    assert 'href="/p/9.000001"' in html
    assert "Khi chưa có giấy" in words
    assert "Nơi hỏi: bệnh viện ví dụ." in words


async def test_a_figure_that_the_record_does_not_hold_is_not_shown(visitor: Visitor) -> None:
    await visitor.get("/su-kien/vi-du")
    assert "15 ngày" not in visitor.words
    assert "Đổi giấy ví dụ" in visitor.words


async def test_a_death_is_met_with_condolence(visitor: Visitor) -> None:
    await visitor.get("/su-kien/vi-du-buon")
    assert "Xin chia buồn" in visitor.words
    assert "!" not in visitor.words


async def test_an_unknown_event_leads_on_to_those_that_are_there(visitor: Visitor) -> None:
    html = await visitor.get("/su-kien/khong-co")
    assert visitor.status == 404
    assert 'href="/su-kien/vi-du"' in html


async def test_the_start_page_leads_to_the_events(visitor: Visitor) -> None:
    assert 'href="/su-kien"' in await visitor.get("/")
