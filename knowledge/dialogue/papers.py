"""The questions about papers in the chat: one at a time, then the citizen's own list with its page and PDF.

Pure: the record, what was answered so far and a press go in; a reply and what to remember come out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from core.message import Button, Card, OutboundMessage, Outcome, Reply, Task
from core.text.address_terms import speak_to
from core.text.fold import fold
from knowledge.answer.compose import MAX_CHARACTERS, safe_card, shorten_lines
from knowledge.answer.figures import basis_line, capital, lower_first, shorten
from knowledge.answer.guard import figures_of, invented
from knowledge.base import KnowledgeBase
from knowledge.checklist.choices import Chosen, read_token
from knowledge.checklist.facts import version_of
from knowledge.checklist.my_list import ListPaper, MyList, my_list
from knowledge.checklist.questions import NONE_OF_THEM, Ask, questions
from knowledge.dialogue.context import Topic
from knowledge.schemas import Procedure

START, ANSWER = "papers", "paper"
CONTEXT = "papers"
_DONE = "Hết rồi"

_SHOWN = 8
_WANTS_LIST = re.compile(
    r"\b(?:danh (?:sach|muc)|check ?list|bang ke|list|pdf|phieu (?:chuan bi|kiem tra)|danh dau"
    r"|in (?:ra|cho|giup|gium)|to (?:giay )?(?:ghi|danh)|(?:du|thieu) giay(?: to)?"
    r"|truong hop (?:cua )?(?:toi|tui|em|minh|nha|con|chau|bac))\b"
)


_LIST_WORDS = re.compile(
    r"\b(?:lap|tao|soan|xuat|tai|in|ghi|ke|liet ke|chuan bi|giup|gium|dum|giay to|ho so|can mang|can nop"
    r"|rieng|theo|day du|cho (?:toi|tui|em|minh|con|bac|chu|co)|(?:cua )?(?:toi|tui|em|minh|nha toi))\b"
)


class Asking(BaseModel):
    """Where the questions stand: the record, the answers as in an address, the question that waits."""

    model_config = ConfigDict(extra="ignore")

    code: str
    token: str
    number: int = 0
    ticked: list[int] = []

    @classmethod
    def of(cls, context: dict[str, Any]) -> Asking | None:
        try:
            return cls.model_validate(context.get(CONTEXT))
        except ValidationError:
            return None


def wants_list(text: str) -> bool:
    """Whether a list is plainly asked for, and not merely which papers are needed."""
    return _WANTS_LIST.search(fold(text)) is not None


def without_list_words(text: str) -> str:
    """The folded sentence without the words that only ask for a list: what is left may name a procedure."""
    return " ".join(_LIST_WORDS.sub(" ", _WANTS_LIST.sub(" ", fold(text))).split())


def start(base: KnowledgeBase, procedure: Procedure, topic: Topic, on: date) -> Reply:
    """The first question, or the list at once where nothing has to be asked."""
    asking = Asking(code=procedure.code, token=Chosen(version_of(procedure)).token)
    return _go_on(base, procedure, asking, topic, on)


def pressed(base: KnowledgeBase, asking: Asking, value: str, topic: Topic, on: date) -> Reply | None:
    """After a press on a choice (``<question>.<choice>``); none when its question is not there any more."""
    procedure = base.procedure(asking.code)
    chosen = read_token(asking.token)
    if procedure is None or chosen is None:
        return None
    if chosen.version != version_of(procedure):  # the record changed meanwhile: ask afresh
        return start(base, procedure, topic, on)
    asks = _asks(base, procedure)
    number, _, choice = value.partition(".")
    if number != str(asking.number) or asking.number >= len(asks):
        return _go_on(base, procedure, asking, topic, on)  # a button of an earlier question
    ask = asks[asking.number]
    if choice.isdecimal() and int(choice) < len(ask.choices):
        picked = int(choice)
        token = chosen.plus([ask.choices[picked]]).token
        if ask.several and len(asking.ticked) + 1 < len(ask.choices):
            ticked = [*asking.ticked, picked]
            return _go_on(
                base, procedure, asking.model_copy(update={"token": token, "ticked": ticked}), topic, on
            )
        asking = asking.model_copy(update={"token": token})
    return _go_on(
        base, procedure, asking.model_copy(update={"number": asking.number + 1, "ticked": []}), topic, on
    )


def _asks(base: KnowledgeBase, procedure: Procedure) -> tuple[Ask, ...]:
    return questions(procedure, base.content.checklists.get(procedure.code))


def _go_on(base: KnowledgeBase, procedure: Procedure, asking: Asking, topic: Topic, on: date) -> Reply:
    asks = _asks(base, procedure)
    if asking.number < len(asks):
        message = _question(procedure, asks, asking, topic)
        remembered: Asking | None = asking
    else:
        chosen = read_token(asking.token) or Chosen(version_of(procedure))
        message = _list(procedure, my_list(procedure, asks, chosen, on), chosen, topic)
        remembered = None
    about = topic.turned_to(
        procedure.code,
        code=procedure.code,
        also=[],
        entry=None,
        offered=[],
        likely=False,
        lost=None,
        misses=0,
    )
    context = about.patch()
    return Reply(
        outcome=Outcome.TASK,
        task=Task.CHECKLIST,
        code=procedure.code,
        messages=[message],
        context={**context, CONTEXT: remembered.model_dump() if remembered else None},
    )


def _question(procedure: Procedure, asks: Sequence[Ask], asking: Asking, topic: Topic) -> OutboundMessage:
    ask = asks[asking.number]
    left = [(n, choice) for n, choice in enumerate(ask.choices) if n not in asking.ticked]
    labels = [shorten(choice.label, 90) for _, choice in left]
    buttons = [
        Button(title=label, action=f"{ANSWER}:{asking.number}.{number}")
        for label, (number, _) in zip(labels, left, strict=True)
    ]
    text = ask.text
    if ask.several:
        end = _DONE if asking.ticked else NONE_OF_THEM
        buttons.append(Button(title=end, action=f"{ANSWER}:{asking.number}.done"))
        text = "Còn điều nào nữa không?" if asking.ticked else f"{ask.text} Có nhiều điều thì chọn từng điều."
    head = f"Câu {asking.number + 1} trên {len(asks)}."
    if asking.number == 0 and not asking.ticked:
        name = lower_first(procedure.spoken_name)
        head = (
            f"Dạ, trả lời {len(asks)} câu là có danh sách giấy tờ {name} của riêng mình.\n{head}"
            if len(asks) > 1
            else f"Dạ, trả lời một câu là có danh sách giấy tờ {name} của riêng mình."
        )
    lead = speak_to(f"{head} {text}", topic.address)
    lines = [f"{number}. {button.title}" for number, button in enumerate(buttons, start=1)]
    return OutboundMessage(
        text="\n".join([lead, *lines]),
        card=Card(title="Giấy tờ của riêng mình", lead=lead),
        buttons=buttons,
    )


def _list(procedure: Procedure, found: MyList, chosen: Chosen, topic: Topic) -> OutboundMessage:
    path = f"/p/{procedure.code}/giay-to/{chosen.token}"
    lead = f"Dạ, giấy tờ {lower_first(procedure.spoken_name)} của {topic.who}:"
    items = [_paper(paper) for paper in found.needed[:_SHOWN]]
    notes = []
    if found.open_:
        names = "; ".join(lower_first(paper.name) for paper in found.open_[:3])
        notes.append(f"Hỏi quầy xem có cần: {names}.")
    more = len(found.needed) > _SHOWN or len(found.open_) > 3
    notes.append("Trang danh sách có mã QR và bản in, mở lại ở máy nào cũng được, không ghi tên ai.")
    if not found.needed:
        items, more = [], False
        lead = f"{capital(procedure.spoken_name)}: ở đây chưa có danh sách giấy tờ chính thức."
        notes = ["Xin hỏi nơi nhận hồ sơ trước khi đi nộp."]
    basis = basis_line(procedure)
    closing = [*notes, basis]
    lines = [lead, *(f"{number}. {item}" for number, item in enumerate(items, start=1))]
    room = MAX_CHARACTERS - len("\n".join(closing)) - 1
    if more or len("\n".join(lines)) > room:
        closing.insert(0, "Xem đủ ở trang danh sách.")
        room -= len(closing[0]) + 1
    text = "\n".join([shorten_lines(lines, room), *closing])
    if invented(text, figures_of(procedure)):
        return safe_card(procedure)
    return OutboundMessage(
        text=text,
        card=Card(
            title=capital(procedure.spoken_name),
            lead=lead,
            items=items,
            numbered=True,
            notes=notes,
            basis=basis,
            link=path,
            link_title="Mở danh sách, mã QR",
        ),
        buttons=[
            Button(title="In danh sách (PDF)", url=f"{path}.pdf"),
            Button(title="Gửi vào thư điện tử", url=f"{path}#thu"),
            Button(title="Lệ phí", action="facet:fee"),
            Button(title="Nộp ở đâu", action="facet:place"),
        ],
    )


def _paper(paper: ListPaper) -> str:
    copies = f" ({paper.copies})" if paper.copies else ""
    return f"{shorten(paper.name, 110)}{copies}{'; có thể khỏi nộp' if paper.spare else ''}"


def choice_by_word(text: str, buttons: Sequence[dict[str, Any]]) -> str | None:
    """The action meant by "đúng rồi" or "không có" under a question with yes and no; none elsewhere."""
    actions = [str(button.get("action") or "") for button in buttons]
    titles = [str(button.get("title") or "") for button in buttons]
    if not actions or not all(action.startswith(f"{ANSWER}:") for action in actions):
        return None
    said = fold(text).strip(" .!")
    if re.match(r"^(?:da )?(?:khong|ko|k|hong|chua|chang)\b(?!.*\bbiet\b)", said):
        return next((a for a, t in zip(actions, titles, strict=True) if fold(t).startswith("khong")), None)
    if re.match(r"^(?:da )?(?:co|dung|phai|u|uh|ok|vang|da)\b", said):
        return next((a for a, t in zip(actions, titles, strict=True) if t == "Đúng vậy"), None)
    return None
