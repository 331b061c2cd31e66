"""How a message of the desk is taken apart for the page."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from core.message import Button, Card, InboundMessage, OutboundMessage
from gateway.public.messages import blocks_of, press_value, read_press, safe_link, view_of
from tests.gateway.public.scripted import BIRTH, OFFICER, WHICH

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def test_options_are_the_buttons_that_the_text_numbers() -> None:
    view = view_of("m1", WHICH, VIETNAM)
    assert [(option.number, option.title) for option in view.options] == [
        (1, "Sổ bị mất"),
        (2, "Sổ cũ, rách, muốn đổi sổ mới"),
        (3, "Khác"),
    ]
    assert [chip.title for chip in view.chips] == ["Gặp cán bộ"]
    assert view.parts.blocks[0].lines == (
        "Dạ, làm lại sổ đỏ vì lý do nào ạ? Mỗi trường hợp giấy tờ khác nhau.",
    )
    assert view.parts.after[0].lines == ("Anh/chị nhắn số, hoặc kể bằng lời cũng được.",)


def test_options_of_a_card_are_not_listed_twice() -> None:
    card = Card(title="Hỏi lại cho rõ", lead="Việc nào ạ?", items=["Sổ bị mất", "Khác"], numbered=True)
    buttons = [Button(title="Sổ bị mất", action="a"), Button(title="Khác", action="b")]
    view = view_of("m1", OutboundMessage(text="Việc nào ạ?", card=card, buttons=buttons), VIETNAM)
    assert len(view.options) == 2
    assert [block.kind for block in view.parts.blocks] == ["text"]


def test_numbered_papers_are_not_options() -> None:
    view = view_of("m1", BIRTH, VIETNAM)
    assert view.options == ()
    assert [chip.title for chip in view.chips] == ["Lệ phí", "Mấy ngày có", "Nộp ở đâu", "Gọi Trung tâm"]
    assert view.parts.blocks[-1].kind == "numbers"


def test_plain_text_keeps_its_lists_and_paragraphs() -> None:
    blocks = blocks_of("Dạ, cần:\n1. Một\n2. Hai\n- Ba\n\nĐoạn khác.\nCùng đoạn.\n7. Không phải danh sách")
    assert [(block.kind, block.lines) for block in blocks] == [
        ("text", ("Dạ, cần:",)),
        ("numbers", ("Một", "Hai")),
        ("bullets", ("Ba",)),
        ("text", ("Đoạn khác.", "Cùng đoạn.", "7. Không phải danh sách")),
    ]


def test_the_last_line_of_basis_is_small_print() -> None:
    view = view_of(
        "m1", OutboundMessage(text="Trong ngày.\nCăn cứ: thủ tục 9.1 · cập nhật 17/07/2026"), VIETNAM
    )
    assert view.parts.basis == "Căn cứ: thủ tục 9.1 · cập nhật 17/07/2026"
    assert view.parts.blocks[0].lines == ("Trong ngày.",)


def test_hours_are_those_of_vietnam() -> None:
    late = InboundMessage(
        channel="webchat",
        conversation_key="k",
        text="a",
        received_at=datetime(2026, 11, 22, 17, 30, tzinfo=UTC),
    )
    moment = view_of("m1", late, VIETNAM).moment
    assert (moment.time, moment.day) == ("0 giờ 30", "thứ Hai 23/11/2026")


def test_an_officer_is_shown_by_name_and_initials() -> None:
    view = view_of("m1", OFFICER, VIETNAM)
    assert (view.kind, view.name, view.initials) == ("officer", "Trần Thị Mẫu", "TM")


@pytest.mark.parametrize("action", ["facet:fee", "procedure:1.001193", "other", "lạ kỳ: có dấu cách"])
def test_a_button_without_scripts_says_what_it_means(action: str) -> None:
    assert read_press(press_value(action, "Lệ phí bao nhiêu")) == (action, "Lệ phí bao nhiêu")


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("/p/1.001193", True),
        ("https://dichvucong.gov.vn/x", True),
        ("tel:0200000000", True),
        ("//xau.example", False),
        ("http://xau.example", False),
        ("javascript:alert(1)", False),
        (None, False),
    ],
)
def test_a_page_links_only_where_it_is_safe(url: str | None, kept: bool) -> None:
    assert (safe_link(url) is not None) is kept
    if not kept and url:
        view = view_of("m1", OutboundMessage(text="a", buttons=[Button(title="Xem", url=url)]), VIETNAM)
        assert view.chips == ()
