"""What only shows when calculators are read together with the records they count on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from core.yaml_shape import ContentProblem
from knowledge.calculators.schemas import Calculator
from knowledge.calculators.sum_up import bind
from knowledge.schemas import Procedure


def check_calculators(
    calculators: Iterable[Calculator], procedures: Mapping[str, Procedure], today: date
) -> list[ContentProblem]:
    """Calculators whose rows or figures the record no longer holds: they would rest without a word."""
    problems = []
    for calculator in calculators:
        for code in calculator.procedures:
            record = procedures.get(code)
            if record is None or bind(calculator, record, today) is None:
                problems.append(
                    ContentProblem(
                        f"calculators/{calculator.id}.yaml",
                        "procedures",
                        f"thủ tục {code} không có đủ các mức và con số mà phép tính cần",
                        "so lại when, note và các mức phí với tệp thủ tục",
                    )
                )
    return problems
