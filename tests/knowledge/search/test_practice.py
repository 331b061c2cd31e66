"""Practice questions are never among what is searched."""

from __future__ import annotations

import random

from core.text.fold import fold
from knowledge.base import Content
from knowledge.schemas import Level, Procedure
from knowledge.search.practice import practice

_CONTENT = Content(
    procedures={
        str(n): Procedure(
            code=str(n),
            name=f"Việc số {n}",
            field="Hộ tịch",
            levels=(Level.COMMUNE,),
            aliases=(f"gọi một {n}",),
        )
        for n in range(40)
    },
    phrases={str(n): (f"gọi hai {n}", f"gọi ba {n}") for n in range(40)},
)


def test_what_is_asked_was_taken_out() -> None:
    made = practice(_CONTENT, {"mot": ["1"]}, random.Random(1))
    left = {
        fold(said)
        for code, procedure in made.content.procedures.items()
        for said in (*procedure.aliases, *made.content.phrases.get(code, ()))
    }
    in_full = [q for q in made.questions if fold(q.text) == q.text or "gọi" in q.text]
    assert in_full
    for question in in_full:
        assert not any(f" {said} " in f" {fold(question.text)} " for said in left)


def test_some_records_are_missing_and_have_no_right_answer() -> None:
    made = practice(_CONTENT, {}, random.Random(1))
    gone = _CONTENT.procedures.keys() - made.content.procedures.keys()
    assert gone
    assert any(not question.right for question in made.questions)
    assert all(question.right <= made.content.procedures.keys() for question in made.questions)
