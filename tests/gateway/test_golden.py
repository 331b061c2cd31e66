"""Golden questions: found, or told to staff; a known gap stays in the file and hides nothing."""

from __future__ import annotations

import re
from dataclasses import replace

from core.content import Document
from core.content_mirror import read_folder
from gateway.golden import Record, keys_by_code, run_golden
from knowledge.base import Content, KnowledgeBase
from knowledge.curated import CuratedProcedure, NearMiss
from knowledge.general import GeneralEntry
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


KEYS = keys_by_code(["procedures/mau/1.000001.yaml", "general/where.md", "lexicon/synonyms.yaml"])


def test_whoever_reads_of_a_wrong_answer_meets_names_and_what_to_do_and_no_code() -> None:
    wrong = [one for one in run_golden(base(), KEYS) if one.wrong]
    assert [one.pending for one in wrong] == [False], wrong
    told = str(wrong[0].wrong)
    name = CURATED["plain_name"]
    asked = "Câu “hoàn toàn không liên quan gì cả”"
    assert told.startswith(f"{asked}: phải tìm ra “{name}”, nay nói là chưa hiểu. Mở “{name}”: thêm cách gọi")
    assert not re.search(r"aliases|golden|9\.0000", told)


def test_a_question_that_is_stolen_from_another_is_told_as_that_ones() -> None:
    """Near misses: named are both, and where it stands that they must not be taken for each other."""
    content = base().content
    ours = next(iter(content.curated.values()))
    other = content.procedures["9.000002"]
    near = NearMiss(text="đăng ký mẫu", code=other.code)
    stolen = ours.model_copy(update={"near_misses": (near,), "golden": ()})
    made = KnowledgeBase(replace(content, curated={ours.code: stolen}))
    (one,) = run_golden(made, {ours.code: "procedures/mau/x.yaml"})
    assert one.wrong is not None
    assert one.wrong.near_miss
    assert one.wrong.expected.name == other.spoken_name
    assert [found.name for found in one.wrong.found] == [one.wrong.of.name] == [ours.plain_name]
    assert "Câu dễ nhầm" in str(one.wrong)


def test_what_is_answered_in_general_has_a_name_and_a_page_too() -> None:
    said = "hoàn toàn không liên quan gì cả"
    entry = GeneralEntry(
        id="where",
        title="Nộp ở đâu",
        text="Ở quầy.",
        aliases=[said, *"abcd"],
        golden=[said] * 3,
        updated="2026-07-01",
    )
    made = KnowledgeBase(replace(base().content, general={"where": entry}))
    (wrong,) = [one.wrong for one in run_golden(made, KEYS) if one.wrong]
    assert wrong.found[0] == Record(name="Nộp ở đâu", key="general/where.md")


def test_a_known_gap_is_told_and_refuses_nothing() -> None:
    wrong = [one for one in run_golden(base(pending="chưa hiểu"), {}) if one.wrong]
    assert [one.pending for one in wrong] == [True]


def test_every_procedure_can_be_found_by_its_golden_questions() -> None:
    folder = REPOSITORY / "content"
    documents = [Document(k.split("/", 1)[0], k, text, 1) for k, text in read_folder(folder).items()]
    content = read_content(documents, {})
    results = run_golden(KnowledgeBase(content), {})
    assert [str(one.wrong) for one in results if one.wrong and not one.pending] == []
    assert sum(one.pending for one in results) <= 2
    asked = {one.code for one in results}
    assert asked == set(content.curated)
    assert len(content.curated) >= 120
    assert len(content.matters) >= 40
