"""Which legal documents may still be cited."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from core.yaml_shape import ContentShapeError
from knowledge.legal import LegalRegister, Standing, parse_legal, plain_number

FOLDER = Path(__file__).resolve().parents[2] / "content" / "legal"
DOCUMENTS = [
    document
    for path in sorted(FOLDER.glob("*.yaml"))
    for document in parse_legal(path.read_text(encoding="utf-8"), f"legal/{path.name}")
]
REGISTER = LegalRegister(DOCUMENTS)
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize("number", ["118/2025/NĐ-CP", "224/2026/NĐ-CP", "309/2026/NĐ-CP", "91/2025/QH15"])
def test_what_is_in_force_today(number: str) -> None:
    assert REGISTER.standing(number, TODAY) is Standing.IN_FORCE


@pytest.mark.parametrize(
    "number", ["42/2022/NĐ-CP", "61/2018/NĐ-CP", "107/2021/NĐ-CP", "01/2018/TT-VPCP", "13/2023/NĐ-CP"]
)
def test_the_old_ones_have_ended(number: str) -> None:
    assert REGISTER.standing(number, TODAY) is Standing.ENDED
    assert [document.number for document in REGISTER.ended([number, "118/2025/NĐ-CP"], TODAY)] == [number]


def test_the_last_day_still_counts() -> None:
    assert REGISTER.standing("42/2022/NĐ-CP", date(2026, 6, 30)) is Standing.IN_FORCE
    assert REGISTER.standing("224/2026/NĐ-CP", date(2026, 6, 30)) is Standing.NOT_YET
    assert REGISTER.standing("224/2026/NĐ-CP", date(2026, 7, 1)) is Standing.IN_FORCE


def test_an_unregistered_number_says_nothing() -> None:
    assert REGISTER.standing("999/1999/NĐ-CP", TODAY) is Standing.UNKNOWN
    assert REGISTER.ended(["999/1999/NĐ-CP"], TODAY) == []


@pytest.mark.parametrize(
    "written",
    ["Nghị định 118/2025/NĐ-CP", "Nghị định số 118/2025/NĐ-CP", "118/2025/ND-CP", "NĐ 118/2025/NĐ-CP "],
)
def test_a_number_is_known_however_it_is_written(written: str) -> None:
    assert plain_number(written) == "118/2025/nd-cp"
    assert REGISTER.get(written) is not None


def test_no_number_twice_and_every_replacement_is_registered() -> None:
    numbers = [plain_number(document.number) for document in DOCUMENTS]
    assert len(numbers) == len(set(numbers))
    for document in DOCUMENTS:
        if document.replaced_by:
            assert REGISTER.get(document.replaced_by), document.number
        for older in document.replaces:
            assert REGISTER.standing(older, TODAY) is Standing.ENDED, older


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("number: 1/2025/NĐ-CP, title: a", "verified"),
        ("number: abc, title: a, verified: true", "number"),
        ("number: 1/2025/NĐ-CP, title: a, verified: true, replaced_by: 2/2026/NĐ-CP", "ends_on"),
        ("number: 1/2025/NĐ-CP, title: a, verified: true, expires: 2026-01-01", "expires"),
        (
            "number: 1/2025/NĐ-CP, title: a, verified: true, in_force_from: 2026-01-01, ends_on: 2025-01-01",
            "in_force_from",
        ),
    ],
)
def test_a_mistake_names_file_key_and_remedy(line: str, said: str) -> None:
    with pytest.raises(ContentShapeError) as caught:
        parse_legal(f"documents: [{{{line}}}]", "legal/one-stop.yaml")
    assert "legal/one-stop.yaml" in str(caught.value)
    assert said in str(caught.value)


def test_a_number_written_twice_is_refused() -> None:
    entry = "{number: 1/2025/NĐ-CP, title: a, verified: true}"
    with pytest.raises(ContentShapeError, match="viết hai lần"):
        parse_legal(f"documents: [{entry}, {entry}]", "legal/x.yaml")
