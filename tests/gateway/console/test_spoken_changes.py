"""What an edit changes is told as a person would tell it: this figure, before and now."""

from __future__ import annotations

import pytest

from gateway.content_desk import changes
from tests.gateway.console.test_content import SEED

KEY = "procedures/chung-thuc/2.000884.yaml"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            "amount: 10000",
            "amount: 12000",
            "Cách nộp, thời hạn, lệ phí “Tại quầy”, Lệ phí “Phí chứng thực chữ ký”, Số tiền (đồng): "
            "trước “10.000”, nay “12.000”.",
        ),
        (
            "channels: [counter]",
            "channels: [counter, post]",
            "Cách nộp, thời hạn, lệ phí “Tại quầy”, Nộp bằng cách nào: thêm “Qua bưu điện”.",
        ),
        (
            "show_only: true",
            "show_only: false",
            "Giấy tờ “Căn cước hoặc hộ chiếu, còn hạn”, Chỉ cho xem rồi nhận lại: trước “có”, nay “không”.",
        ),
        (
            "papers:\n",
            "papers:\n  - name: Giấy mới\n    show_only: true\n",
            "Giấy tờ: thêm “Giấy mới, chỉ cho xem rồi nhận lại”.",
        ),
    ],
)
def test_one_figure_in_a_long_row_is_told_as_that_figure(before: str, after: str, told: str) -> None:
    assert before in SEED[KEY]
    assert changes(KEY, SEED[KEY], SEED[KEY].replace(before, after, 1)) == [told]


def test_a_line_put_differently_and_an_order_turned_round_are_told() -> None:
    first, second = "  - number: 23/2015/NĐ-CP\n", "  - number: 226/2016/TT-BTC\n"
    assert first in SEED[KEY]
    other = SEED[KEY].replace("  - Đưa giấy tờ", "  - Mang giấy tờ", 1)
    assert changes(KEY, SEED[KEY], other) == [
        "Các bước: bỏ “Đưa giấy tờ tùy thân và giấy cần ký.”.",
        "Các bước: thêm “Mang giấy tờ tùy thân và giấy cần ký.”.",
    ]
    turned = SEED[KEY].replace(second, "", 1).replace(first, second + first, 1)
    assert changes(KEY, SEED[KEY], turned) == ["Văn bản căn cứ: đổi thứ tự."]
