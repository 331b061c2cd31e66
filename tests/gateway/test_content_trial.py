"""Which golden questions a draft is asked, and that those spared cannot be answered otherwise."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.content import Document
from core.content_mirror import read_folder
from gateway import content_trial
from gateway.content_trial import Progress, ask, rehearse
from gateway.golden import Record, WrongAnswer, golden_questions
from knowledge.base import Content, KnowledgeBase
from knowledge.dialogue.deciding import decide_on
from knowledge.places import Place
from knowledge.published import read_content
from knowledge.schemas import Level, Procedure
from knowledge.search.decide import Verdict
from tests.conftest import REPOSITORY

DOCUMENTS = [
    Document(key.split("/", 1)[0], key, text, 1)
    for key, text in read_folder(REPOSITORY / "content").items()
    if key.startswith(("procedures/", "lexicon/", "places/"))
]
CERTIFIED = "procedures/chung-thuc/2.000815.yaml"
TEXT = next(one.text for one in DOCUMENTS if one.key == CERTIFIED)
LIVE = KnowledgeBase(read_content(DOCUMENTS, {}))
ASKED = [one for one in golden_questions(LIVE) if not one.pending]
FEE = TEXT.replace("amount: 2000", "amount: 3000", 1)
WRONG = WrongAnswer(question="sai", of=Record(name="x"), expected=Record(name="x"), verdict=Verdict.UNKNOWN)
NAME = TEXT.replace("aliases:\n", "aliases:\n  - đóng dấu đỏ vào bản chụp\n", 1)


def test_the_texts_differ_as_they_should() -> None:
    assert len({TEXT, FEE, NAME}) == 3


def test_a_new_fee_is_asked_its_own_questions_and_some_of_the_others() -> None:
    made = rehearse(DOCUMENTS, {}, CERTIFIED, FEE, LIVE)
    assert {one.code for one in made.own} == {"2.000815"}
    assert len(made.own) >= 3
    assert len(made.others) >= 40
    assert len(made.spared) > len(made.others)
    assert {*made.own, *made.others, *made.spared} == set(ASKED)


def test_a_new_name_is_asked_everything() -> None:
    made = rehearse(DOCUMENTS, {}, CERTIFIED, NAME, LIVE)
    assert not made.spared
    assert len(made.own) + len(made.others) == len(ASKED)


def test_should_a_spared_answer_move_after_all_everything_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    made = rehearse(DOCUMENTS, {}, CERTIFIED, FEE, LIVE)
    moved = made.others[3]

    def why_wrong(base: KnowledgeBase, one: object, _keys: object) -> WrongAnswer | None:
        return WRONG if base is made.after and one == moved else None

    monkeypatch.setattr(content_trial, "why_wrong", why_wrong)
    progress = Progress()
    ask(made, progress)
    assert progress.wrong == (WRONG,)
    assert progress.asked == progress.whole == len(made.own) + len(made.others) + len(made.spared)
    assert not progress.sample


def test_what_was_wrong_before_refuses_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    made = rehearse(DOCUMENTS, {}, CERTIFIED, FEE, LIVE)
    monkeypatch.setattr(content_trial, "why_wrong", lambda *_: WRONG)
    progress = Progress()
    ask(replace(made, spared=()), progress)
    assert progress.wrong == ()


UNTOLD = {"address": None, "phone": None, "office_hours": ()}


def bare(procedure: Procedure) -> Procedure:
    """With nothing left that finding does not read."""
    read = {"code", "name", "plain_name", "levels", "field", "summary", "results", "curated", "aliases"}
    return Procedure(**{name: getattr(procedure, name) for name in read})


def test_finding_reads_nothing_but_what_is_compared() -> None:
    """Were it to read a fee one day, this would say so before a question is spared that should be asked."""
    content = LIVE.content
    stripped = KnowledgeBase(
        replace(
            content,
            procedures={code: bare(one) for code, one in content.procedures.items()},
            curated={}, general={}, legal=(), life_events={}, calculators=(), persons=(), checklists={},
            places=[one.model_copy(update=UNTOLD) for one in content.places],
        ),
        before=LIVE,
    )  # fmt: skip
    assert stripped.finds_like(LIVE)
    for one in golden_questions(LIVE)[::6]:
        assert decide_on(stripped, one.text) == decide_on(LIVE, one.text)


def changed(content: Content, **fields: object) -> Content:
    code, procedure = next(iter(content.procedures.items()))
    return replace(content, procedures={**content.procedures, code: procedure.model_copy(update=fields)})


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "Tên khác"},
        {"plain_name": "tên thường gọi khác"},
        {"aliases": ("cách gọi khác",)},
        {"field": "Lĩnh vực khác"},
        {"summary": "Tóm tắt khác"},
        {"results": ("Kết quả khác",)},
        {"levels": (Level.MINISTRY,)},
    ],
)
def test_whatever_finding_reads_is_compared(fields: dict[str, object]) -> None:
    assert not KnowledgeBase(changed(LIVE.content, **fields), before=LIVE).finds_like(LIVE)


def test_names_of_places_words_and_order_are_compared_too() -> None:
    content = LIVE.content
    place = content.places[0]
    renamed: list[Place] = [place.model_copy(update={"old_names": ("Tên cũ khác",)}), *content.places[1:]]
    backwards = dict(reversed(content.procedures.items()))
    for other in (
        replace(content, places=renamed),
        replace(content, lexicon=None),
        replace(content, phrases={}),
        replace(content, procedures=backwards),
    ):
        assert not KnowledgeBase(other, before=LIVE).finds_like(LIVE)
