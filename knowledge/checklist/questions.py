"""Two to six questions that decide which papers one citizen needs, made from the record.

A case of a paper becomes a question with yes, no and "not sure"; ways of filing, somebody going in one's
place and being let off a fee become one question each. More cases than there is room for are asked together,
to be ticked. A procedure whose papers are the same for everybody asks nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import batched

from core.text.fold import fold
from knowledge.checklist.facts import WAY_KEYS, as_label, case_of, group_cases, key_of, way_of
from knowledge.checklist.schemas import DefinedChecklist, DefinedQuestion
from knowledge.schemas import FeeKind, Procedure, SubmissionChannel

MOST_QUESTIONS = 6
_TOGETHER = 4
_LONG_EXEMPTION = 120
_WAY_LABELS = {
    SubmissionChannel.COUNTER: "Tại quầy",
    SubmissionChannel.ONLINE: "Qua mạng",
    SubmissionChannel.POST: "Gửi bưu điện",
}
_PROXY = re.compile(r"\b(?:nho|uy quyen cho)\b.*\b(?:thay|di lam|lam thay|dai dien)\b|^nguoi dai dien\b")
YES, NO, UNSURE = "Đúng vậy", "Không", "Chưa rõ"
NONE_OF_THEM = "Không điều nào"


@dataclass(frozen=True)
class Choice:
    """An answer: keys of what it makes true, and of what then stays open."""

    label: str
    facts: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ask:
    """``several``: any number of choices may be ticked, none as well. ``id`` stays while its words stay."""

    id: str
    text: str
    choices: tuple[Choice, ...]
    several: bool = False


def questions(procedure: Procedure, defined: DefinedChecklist | None = None) -> tuple[Ask, ...]:
    """At most six, the ones that change most first."""
    cases = list(
        dict.fromkeys(case for paper in procedure.papers if not paper.is_note and (case := case_of(paper)))
    )
    asks: list[Ask] = []
    written = [_written(question) for question in defined.questions] if defined else []
    taken = {fold(case) for question in defined.questions for case in question.cases} if defined else set()
    cases = [case for case in cases if fold(case) not in taken]
    if way := _way(procedure, cases):
        asks.append(way)
    asks += written
    if groups := group_cases(procedure):
        asks.append(_which_group(groups))
    cases = [case for case in cases if way_of(case) is None or way is None]
    if proxies := [case for case in cases if _PROXY.search(fold(case))]:
        asks.append(_who_goes(proxies))
        cases = [case for case in cases if case not in proxies]
    exempt = _exempt(procedure)
    room = max(1, MOST_QUESTIONS - len(asks) - (exempt is not None))
    asks += _rest(cases, room)
    if exempt is not None and len(asks) < MOST_QUESTIONS:
        asks.append(exempt)
    return tuple(asks[:MOST_QUESTIONS])


def _way(procedure: Procedure, cases: Sequence[str]) -> Ask | None:
    ways = list(dict.fromkeys(method.channel for method in procedure.methods))
    if len(ways) < 2:
        return None
    by_way = {way: [case for case in cases if way_of(case) is way] for way in ways}
    return Ask(
        "way",
        "Nộp bằng cách nào?",
        tuple(
            Choice(_WAY_LABELS[way], (WAY_KEYS[way], *(key_of(case) for case in by_way[way]))) for way in ways
        ),
    )


def _written(question: DefinedQuestion) -> Ask:
    choices = tuple(
        Choice(choice.label, tuple(key_of(case) for case in choice.cases)) for choice in question.choices
    )
    return Ask(key_of(question.ask), question.ask, choices, several=question.several)


def _which_group(groups: Sequence[str]) -> Ask:
    keys = tuple(key_of(group) for group in groups)
    choices = [Choice(as_label(group), (key,)) for group, key in zip(groups, keys, strict=True)]
    choices.append(Choice(UNSURE, (), keys))
    return Ask(key_of("|".join(groups)), "Anh/chị thuộc trường hợp nào?", tuple(choices))


def _who_goes(cases: Sequence[str]) -> Ask:
    choices = [Choice(as_label(case), (key_of(case),)) for case in cases]
    return Ask("who", "Ai đi làm?", (Choice("Tự mình đi làm"), *choices))


def _exempt(procedure: Procedure) -> Ask | None:
    """Being let off a fee; asked where there is one to pay and the record names who is."""
    kinds = {fee.kind for method in procedure.methods for fee in method.fees}
    if not procedure.exemptions or kinds <= {FeeKind.FREE}:
        return None
    if any(len(one) > _LONG_EXEMPTION for one in procedure.exemptions):
        return None
    choices = [Choice(as_label(one), (key_of(one),)) for one in procedure.exemptions]
    several = len(choices) > 1
    if not several:
        choices.append(Choice(NO))
    return Ask("free", "Có thuộc diện được miễn, giảm lệ phí nào không?", tuple(choices), several=several)


def _rest(cases: Sequence[str], room: int) -> list[Ask]:
    if len(cases) <= room:
        return [
            Ask(
                key_of(case),
                f"{as_label(case)}?",
                (Choice(YES, (key_of(case),)), Choice(NO), Choice(UNSURE, (), (key_of(case),))),
            )
            for case in cases
        ]
    parts = min(room, math.ceil(len(cases) / _TOGETHER))
    asks = []
    for number, part in enumerate(batched(cases, math.ceil(len(cases) / parts))):
        text = "Điều nào dưới đây đúng với anh/chị?" if number == 0 else "Còn điều nào dưới đây nữa không?"
        choices = tuple(Choice(as_label(case), (key_of(case),)) for case in part)
        asks.append(Ask(key_of("|".join(part)), text, choices, several=True))
    return asks
