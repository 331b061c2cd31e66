"""A citizen's own list of papers by mail: to an address they give, once, and forgotten with the request.

Nobody proves that the address is theirs, so nothing of anybody stands in the mail: the choices of the list
and its page. How often it may be asked for is limited, by visitor, by address and in all.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from gateway.limits import PerTime
from knowledge.answer.figures import lower_first
from wire.provider import Attachment

_ADDRESS = re.compile(r"[^@\s,;:<>()\[\]\"\\]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_LONGEST = 254
_DAY = 24 * 3600.0
# A counter's computer serves many citizens; one mailbox needs a list now and then.
_A_VISITOR, _A_VISITORS_TIME = 10, 600.0
_AN_ADDRESS, _ALL, _AN_HOUR = 3, 300, 3600.0


class Posted(StrEnum):
    """What became of a mail. ``UNSURE``: it may be on its way."""

    SENT = "sent"
    REFUSED = "refused"
    LATER = "later"
    UNSURE = "unsure"


TROUBLE = {
    Posted.REFUSED: "Hộp thư này không nhận được thư. Xem lại từng chữ của địa chỉ.",
    Posted.LATER: "Máy chủ thư đang bận, thư chưa đi. Chờ vài phút rồi bấm gửi lại, hoặc dùng bản in.",
    Posted.UNSURE: "Chưa rõ thư đã đi chưa. Xem hộp thư trước; vài phút nữa chưa thấy thì bấm gửi lại.",
}
NO_ADDRESS = "Ghi đủ địa chỉ thư, ví dụ: ten@example.com"
TOO_OFTEN = "Đã gửi mấy lần rồi. Chờ một lúc rồi gửi lại, hoặc dùng bản in."


class PostOffice(Protocol):
    """Sends one mail now and says what became of it."""

    @property
    def on(self) -> bool: ...

    async def __call__(self, to: str, *, title: str, text: str, file: Attachment) -> Posted: ...


class NoPost:
    """Where no mail server is known."""

    on = False

    async def __call__(self, to: str, *, title: str, text: str, file: Attachment) -> Posted:
        return Posted.LATER


class MailLimits:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._visitor = PerTime(_A_VISITOR, _A_VISITORS_TIME, clock)
        self._address = PerTime(_AN_ADDRESS, _DAY, clock)
        self._all = PerTime(_ALL, _AN_HOUR, clock)

    def admits(self, visitor: str, address: str) -> bool:
        return (
            self._visitor.admits(visitor) and self._address.admits(address.lower()) and self._all.admits("")
        )

    def give_back(self, address: str) -> None:
        """The mail did not go: its mailbox has not got one more."""
        self._address.give_back(address.lower())


def read_address(typed: str) -> str | None:
    """A mail address as somebody typed it; none when it cannot be one."""
    address = typed.strip()
    return address if len(address) <= _LONGEST and address.isascii() and _ADDRESS.fullmatch(address) else None


def words(name: str, page: str) -> str:
    """The mail around the list. ``name`` of the procedure, ``page``: where the list opens again."""
    return (
        f"Danh sách giấy tờ {lower_first(name)} ở tệp đính kèm, in ra mang theo được.\n\n"
        f"Mở lại trên điện thoại: {page}\n\n"
        "Danh sách lập theo câu trả lời lúc hỏi, không ghi tên ai. Trước ngày đi nộp, ông/bà mở lại trang "
        "trên để xem thủ tục có gì đổi không.\n\n"
        "Có người vừa ghi địa chỉ này để nhận danh sách. Không phải ông/bà thì bỏ qua thư này: địa chỉ không "
        "được lưu lại."
    )
