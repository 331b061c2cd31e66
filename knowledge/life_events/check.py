"""What only shows when a life event is read together with the records it points at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.yaml_shape import ContentProblem
from knowledge.answer.guard import figures, figures_of
from knowledge.known_without_data import KnownWithoutData
from knowledge.life_events.recognise import find_life_event
from knowledge.life_events.schemas import LifeEvent
from knowledge.schemas import Procedure


def check_life_events(
    events: Iterable[LifeEvent],
    procedures: Mapping[str, Procedure],
    matters: Mapping[str, KnownWithoutData],
) -> list[ContentProblem]:
    """Steps that lead nowhere, figures that the record lacks, golden questions that are not understood."""
    events = list(events)
    problems: list[ContentProblem] = []
    for event in events:
        source = f"life-events/{event.id}.yaml"
        for number, step in enumerate(event.steps):
            key = f"steps.{number}"
            record = procedures.get(step.code or "")
            if step.code and record is None:
                problems.append(
                    ContentProblem(source, key, f"không có thủ tục {step.code}", "sửa mã hoặc bỏ bước này")
                )
            if step.matter and step.matter not in matters:
                problems.append(
                    ContentProblem(source, key, f"không có việc '{step.matter}'", "xem general/*.yaml")
                )
            allowed = figures_of(record) if record else set()
            if stray := figures(f"{step.why} {step.when or ''}") - allowed:
                problems.append(
                    ContentProblem(
                        source, key, f"con số không có trong thủ tục: {', '.join(sorted(stray))}",
                        "bỏ con số, hoặc chép đúng từ bản ghi",
                    )
                )  # fmt: skip
        for question in event.golden:
            found = find_life_event(question, events)
            if found is None or found.id != event.id:
                problems.append(
                    ContentProblem(
                        source, "golden", f"câu '{question}' chưa nhận ra", "thêm vào signs hoặc about"
                    )
                )
        problems += [
            ContentProblem(source, "near_misses", f"câu '{question}' bị nhận nhầm", "thêm vào unless")
            for question in event.near_misses
            if find_life_event(question, events) is not None
        ]
    return problems
