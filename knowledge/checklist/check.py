"""What only shows when written questions are read together with the record whose papers they ask about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.text.fold import fold
from core.yaml_shape import ContentProblem
from knowledge.checklist.facts import case_of
from knowledge.checklist.schemas import DefinedChecklist
from knowledge.schemas import Procedure


def check_checklists(
    checklists: Iterable[DefinedChecklist], procedures: Mapping[str, Procedure]
) -> list[ContentProblem]:
    """Questions about a procedure or a case that is not there: their answers would change nothing."""
    problems = []
    for checklist in checklists:
        source = f"checklists/{checklist.code}.yaml"
        record = procedures.get(checklist.code)
        if record is None:
            problems.append(ContentProblem(source, "code", f"không có thủ tục {checklist.code}", "sửa code"))
            continue
        known = {fold(case) for paper in record.papers if (case := case_of(paper))}
        for question in checklist.questions:
            problems += [
                ContentProblem(
                    source,
                    "questions",
                    f"không giấy tờ nào có trường hợp '{case}'",
                    "chép đúng chữ ở mục when của thủ tục",
                )
                for case in question.cases
                if fold(case) not in known
            ]
    return problems
