"""Golden questions: found, or told to staff; a known gap stays in the file and hides nothing."""

from __future__ import annotations

from core.content import Document
from core.content_mirror import read_folder
from gateway.golden import run_golden
from knowledge.base import Content, KnowledgeBase
from knowledge.curated import CuratedProcedure
from knowledge.published import read_content
from tests.conftest import REPOSITORY
from tests.knowledge.test_verify import CURATED


def base(**golden: str) -> KnowledgeBase:
    questions = [{"text": "đăng ký mẫu"}] * 5 + [{"text": "hoàn toàn không liên quan gì cả", **golden}]
    curated = CuratedProcedure.model_validate(
        {**CURATED, "golden": questions, "aliases": ["đăng ký mẫu"] * 3}
    )
    ours = curated.to_procedure()
    bare = {"plain_name": None, "option_label": None, "aliases": ()}
    nearer = [
        ours.model_copy(update={"code": f"9.00000{n}", "name": f"Việc không liên quan {n}", **bare})
        for n in range(2, 7)
    ]
    return KnowledgeBase(
        Content(procedures={one.code: one for one in (ours, *nearer)}, curated={curated.code: curated})
    )


def test_a_question_that_finds_nothing_is_told_with_its_remedy() -> None:
    wrong = [one for one in run_golden(base()) if one.problem]
    assert [one.pending for one in wrong] == [False], wrong
    assert "hoàn toàn không liên quan" in (wrong[0].problem or "")
    assert "aliases" in (wrong[0].problem or "")


def test_a_known_gap_is_told_and_refuses_nothing() -> None:
    wrong = [one for one in run_golden(base(pending="chưa hiểu")) if one.problem]
    assert [one.pending for one in wrong] == [True]


def test_every_procedure_can_be_found_by_its_golden_questions() -> None:
    folder = REPOSITORY / "content"
    documents = [Document(k.split("/", 1)[0], k, text, 1) for k, text in read_folder(folder).items()]
    content = read_content(documents, {})
    results = run_golden(KnowledgeBase(content))
    assert [one.problem for one in results if one.problem and not one.pending] == []
    assert sum(one.pending for one in results) <= 2
    asked = {one.code for one in results}
    assert asked == set(content.curated)
    assert len(content.curated) >= 120
    assert len(content.matters) >= 40
