"""The exam: the public definitions to the letter, and nothing of any question in what is published."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from knowledge.evaluation.calibration import bins
from knowledge.evaluation.errors import ErrorKind, errors, write_errors
from knowledge.evaluation.exam import LATEST, Exam, read_exam, take_exam, write_exam
from knowledge.evaluation.plot import draw_calibration
from knowledge.evaluation.report import write_report
from knowledge.evaluation.score import Levels, right_first
from knowledge.schemas import Level

Row = dict[str, Any]
LEVELS: Levels = {"1.000001": (Level.COMMUNE, Level.PROVINCE), "1.000002": (Level.MINISTRY,)}


def label(number: int, **changed: object) -> Row:
    return {
        "id": f"q{number}.full",
        "text": "câu bí mật",
        "variant": "full",
        "kind": "procedure",
        "gold_codes": ["1.000001"],
        "in_catalogue": True,
        "facets": ["fee"],
        **changed,
    }


def given(row: Row, outcome: str = "answer", code: str | None = "1.000001", **changed: object) -> Row:
    return {"id": row["id"], "outcome": outcome, "code": code, "options": [], "facets": ["fee"], **changed}


def exam_of(labels: Sequence[Row], answers: Sequence[Row]) -> Exam:
    return take_exam(
        labels,
        {one["id"]: one for one in answers},
        dataset="x.jsonl",
        taken_on=date(2026, 11, 26),
        levels=LEVELS,
        catalogue=2,
    )


def test_it_agrees_with_the_public_score_on_answers_of_every_kind(shared: Path, tmp_path: Path) -> None:
    questions = shared / "data" / "questions"
    labels = [json.loads(line) for line in (questions / "dev.jsonl").read_text("utf-8").splitlines()]
    chance = random.Random(11)
    answers = [_any_answer(one, chance) for one in labels]
    file = tmp_path / "answers.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in answers), "utf-8")
    told = subprocess.run(
        [sys.executable, str(questions / "score.py"), str(questions / "dev.jsonl"), str(file)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    theirs = [(float(value), int(n)) for value, n in re.findall(r"\s(\d\.\d{3}|nan)\s+n=(\d+)", told)]
    exam = exam_of(labels, answers)
    ours = [measure for group in exam.groups[1:] for measure in group.measures]
    ours += [*exam.whole, *exam.kinds, *exam.facets]
    assert [(round(one.value or 0, 3), one.n) for one in ours] == theirs


def _any_answer(label: Row, chance: random.Random) -> Row:
    """Right, wrong, asked back, a task, declined: so that every branch of both scorers is walked."""
    codes = [*label["gold_codes"], "9.999999", "9.999998"]
    outcome = chance.choice(["answer", "answer", "clarify", "task", "fallback", "refuse"])
    return {
        "id": label["id"],
        "outcome": outcome,
        "task": chance.choice([label["kind"], "other"]) if outcome == "task" else None,
        "code": chance.choice(codes) if outcome == "answer" else None,
        "options": chance.sample(codes, k=min(3, len(codes))) if outcome == "clarify" else [],
        "facets": chance.sample([*label["facets"], "fee", "overview", "steps"], k=2),
        "latency_ms": chance.randrange(50, 500),
    }


def test_figures_stand_by_level_of_the_first_accepted_code() -> None:
    rows = [label(1), label(2, gold_codes=["1.000002"]), label(3, gold_codes=["1.999999"])]
    exam = exam_of(rows, [given(rows[0]), given(rows[1]), given(rows[2])])
    assert [(one.key, one.value, one.n) for one in exam.levels] == [("xa", 1.0, 1), ("bo", 0.0, 1)]


def test_a_probability_is_held_against_what_came_of_it() -> None:
    rows = [label(number) for number in range(4)]
    sure = [0.91, 0.93, 0.95, 0.15]
    answers = {
        row["id"]: given(row, code="1.000001" if number else "1.000009", p_first=sure[number])
        for number, row in enumerate(rows)
    }
    found = bins(rows, answers, "p_first", right_first)
    assert [(one.said, round(one.came, 2), one.n) for one in found] == [(0.15, 1.0, 1), (0.93, 0.67, 3)]


def test_an_answer_without_a_probability_is_left_out_of_the_plot() -> None:
    row = label(1)
    assert bins([row], {row["id"]: given(row)}, "p_first", right_first) == ()


@pytest.mark.parametrize(
    ("of_label", "of_answer", "kind"),
    [
        ({}, {"code": "1.000009"}, ErrorKind.WRONG_PROCEDURE),
        ({"in_catalogue": False, "gold_codes": []}, {}, ErrorKind.ANSWERED_OUTSIDE),
        ({"kind": "greeting", "in_catalogue": False}, {"outcome": "clarify"}, ErrorKind.WRONG_KIND),
        ({}, {"outcome": "clarify", "options": ["1.000009"]}, ErrorKind.NOT_AMONG_OPTIONS),
        ({}, {"facets": ["place"]}, ErrorKind.WRONG_FACET),
    ],
)
def test_a_question_is_counted_under_the_worst_that_happened(
    of_label: Row, of_answer: Row, kind: ErrorKind
) -> None:
    row = label(1, **of_label)
    assert [one.kind for one in errors([row], {row["id"]: {**given(row), **of_answer}})] == [kind]


def test_errors_are_written_for_developers_and_never_into_what_is_published(tmp_path: Path) -> None:
    row = label(1)
    answers = [given(row, code="1.000009", p_first=0.8, p_three=0.9)]
    write_errors(tmp_path / "e.jsonl", errors([row], {answers[0]["id"]: answers[0]}))
    assert json.loads((tmp_path / "e.jsonl").read_text("utf-8"))["text"] == "câu bí mật"
    exam = exam_of([row], answers)
    write_exam(exam, tmp_path / "exam.json")
    write_report(tmp_path / "accuracy.md", exam)
    assert read_exam(tmp_path / "exam.json") == exam
    for file in ("exam.json", "accuracy.md"):
        assert "bí mật" not in (tmp_path / file).read_text("utf-8")


def test_the_words_of_people_around_the_figures_stay(tmp_path: Path) -> None:
    page = tmp_path / "accuracy.md"
    page.write_text("# Đầu\n<!-- figures: begin -->\ncũ\n<!-- figures: end -->\n## Cuối\n", "utf-8")
    write_report(page, exam_of([label(1)], [given(label(1))]))
    text = page.read_text("utf-8")
    assert text.startswith("# Đầu")
    assert text.endswith("## Cuối\n")
    assert "cũ\n" not in text


def test_the_drawing_says_every_point_in_words_too() -> None:
    row = label(1)
    exam = exam_of([row], [given(row, p_first=0.8, p_three=0.9)])
    svg = draw_calibration(exam.first, exam.three)
    assert "<style" not in svg
    assert "style=" not in svg
    assert "tự tin 80%, đúng 100%, 1 câu" in svg
    assert svg.count("<circle") == svg.count('<rect class="three"') == 1


def test_the_shipped_exam_can_be_read_and_tells_no_question() -> None:
    exam = read_exam()
    assert exam is not None
    assert exam.rows > 1000
    assert exam.catalogue == 2849
    assert set(json.loads(LATEST.read_text("utf-8"))) == set(Exam.model_fields)
