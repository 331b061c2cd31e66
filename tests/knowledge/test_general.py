"""General answers as citizens will read them."""

from __future__ import annotations

import re
from datetime import date, time
from pathlib import Path

import pytest

from core.calendar import WorkingCalendar
from core.calendar_year import CalendarYear, OfficePeriod, parse_calendar_year
from core.text.fold import fold
from core.yaml_shape import ContentShapeError
from knowledge.general import GeneralEntry, check_hours, parse_general

CONTENT = Path(__file__).resolve().parents[2] / "content"
ENTRIES = [
    parse_general(path.read_text(encoding="utf-8"), f"general/{path.name}")
    for path in sorted((CONTENT / "general").glob("*.md"))
]
TODAY = date(2026, 11, 22)

MINIMAL = """---
id: parking
title: Chỗ gửi xe
updated: 2026-11-22
aliases: [a, b, c, d, e]
golden: [a, b, c]
{extra}
---
{body}
"""


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_every_answer_keeps_the_voice(entry: GeneralEntry) -> None:
    assert len(entry.text) <= 700
    assert not re.search(r"\b(tôi|em xin|mình xin)\b", entry.text, re.IGNORECASE)  # never speaks of itself
    assert entry.text.count("Dạ") <= 1
    assert not re.search(r"0\d{9}|1900", entry.text)  # no invented telephone
    assert "rất mong" not in entry.text.lower()


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_files_are_named_by_their_id(entry: GeneralEntry) -> None:
    assert (CONTENT / "general" / f"{entry.id}.md").exists()


def test_what_a_ward_citizen_asks_is_there() -> None:
    wanted = {
        "office-hours", "where", "what-to-bring", "vneid", "online-payment", "return-by-post", "appointment",
        "complaint-ways", "authorise", "priority", "lost-receipt", "weekend", "parking",
    }  # fmt: skip
    assert wanted <= {entry.id for entry in ENTRIES}


def test_no_phrase_leads_to_two_answers() -> None:
    phrases = [fold(phrase) for entry in ENTRIES for phrase in (*entry.aliases, *entry.golden)]
    assert sorted(set(phrases)) == sorted(phrases)


def test_hours_are_those_of_the_calendar() -> None:
    text = (CONTENT / "calendar" / "2026.yaml").read_text(encoding="utf-8")
    calendar = WorkingCalendar([parse_calendar_year(text, "calendar/2026.yaml")])
    assert check_hours(ENTRIES, calendar, TODAY) == []


def test_a_change_of_hours_finds_the_answers_that_still_say_the_old_ones() -> None:
    summer = CalendarYear(
        year=2026,
        confirmed=True,
        source="thử",
        office_hours=(OfficePeriod(opens=time(7, 0), closes=time(11, 0)),),
    )
    problems = check_hours(ENTRIES, WorkingCalendar([summer]), TODAY)
    assert [problem.source for problem in problems] == ["general/office-hours.md"]


def test_the_text_is_the_body() -> None:
    entry = parse_general(MINIMAL.format(extra="", body="Hỏi bảo vệ ở cổng."), "general/parking.md")
    assert entry.text == "Hỏi bảo vệ ở cổng."


@pytest.mark.parametrize(
    ("extra", "body", "said"),
    [
        ("", "a" * 701, "nhiều nhất 700"),
        ("", "Mất khoảng 3 ngày.", "khoảng"),
        ("", "Ai? Ở đâu?", "một câu hỏi"),
        ("", "\n".join(f"- {n}" for n in range(6)), "gạch đầu dòng"),
        ("phone: 0123", "x", "'phone'"),
        ("task: chat", "x", "'task'"),
        ("", "", "'text'"),
    ],
)
def test_a_mistake_names_file_key_and_remedy(extra: str, body: str, said: str) -> None:
    with pytest.raises(ContentShapeError) as caught:
        parse_general(MINIMAL.format(extra=extra, body=body), "general/parking.md")
    assert "general/parking.md" in str(caught.value)
    assert said in str(caught.value)
    assert "Cách sửa" in str(caught.value)
