"""What is answered by saying who knows."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from core.text.fold import fold
from core.yaml_shape import ContentShapeError
from knowledge.known_without_data import KnownKind, KnownWithoutData, parse_known_without_data

FILE = Path(__file__).resolve().parents[2] / "content" / "general" / "known-without-data.yaml"
MATTERS = parse_known_without_data(FILE.read_text(encoding="utf-8"), "general/known-without-data.yaml")


@pytest.fixture(scope="module")
def catalogue(shared: Path) -> dict[str, tuple[str, str]]:
    """Code to name and level of every record that the sources list."""
    found: dict[str, tuple[str, str]] = {}
    with gzip.open(shared / "data" / "procedures" / "national-2026-07.jsonl.gz", "rt") as lines:
        for row in map(json.loads, lines):
            found[row["ma_thu_tuc"]] = (row["ten_thu_tuc"], row["cap_thuc_hien"].lower())
    with gzip.open(shared / "data" / "procedures" / "defence-2025-12.jsonl.gz", "rt") as lines:
        for row in map(json.loads, lines):
            name = row["metadata"]["tên_thủ_tục"]
            found[row["thu_tuc_id"]] = (name, json.dumps(row["metadata"], ensure_ascii=False).lower())
    return found


def test_there_are_enough_of_them() -> None:
    assert len(MATTERS) >= 40


def test_the_court_settles_a_divorce_and_nobody_offers_condolences() -> None:
    divorce = next(matter for matter in MATTERS if matter.id == "divorce")
    assert divorce.kind is KnownKind.OTHER_BODY
    assert divorce.office == "Tòa án nhân dân khu vực"
    assert not divorce.sad


def test_a_missing_person_is_not_spoken_of_as_dead() -> None:
    assert not any(matter.sad for matter in MATTERS if "mất tích" in matter.name)


@pytest.mark.parametrize("matter", MATTERS, ids=lambda matter: matter.id)
def test_no_amount_and_no_time_is_promised(matter: KnownWithoutData) -> None:
    assert not re.search(r"\d", matter.office.replace("113", ""))
    assert not re.search(r"đồng|ngày làm việc", matter.name)


def test_the_ward_does_every_related_procedure(catalogue: dict[str, tuple[str, str]]) -> None:
    for matter in MATTERS:
        for code in matter.related:
            assert code in catalogue, f"{matter.id}: {code}"
            assert "xã" in catalogue[code][1], f"{matter.id}: {code}"


# Records that share words with a matter and are something else, each looked at by hand.
LOOKED_AT = {
    "divorce": {"2.000554"},  # entering a foreign divorce in the book
    "unemployment-benefit": {"1.001601"},  # letting somebody else draw the benefit
}


def test_none_of_them_stands_in_the_lists(catalogue: dict[str, tuple[str, str]]) -> None:
    for matter in MATTERS:
        parts = [fold(part).strip() for part in re.split(r"[,()]", matter.name)]
        heads = [f" {part} " for part in parts if len(part.split()) > 2 or part == fold(matter.name)]
        for code, (name, _) in catalogue.items():
            if code not in LOOKED_AT.get(matter.id, set()):
                assert not any(head in f" {fold(name)} " for head in heads), f"{matter.id}: {code} {name}"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("kind: somewhere", "matters.0.kind"),
        ("fee: 5000", "matters.0.fee"),
        ("aliases: [a]", "matters.0.aliases"),
        ("name: tiền 500", "tên việc có con số"),
    ],
)
def test_a_mistake_names_file_key_and_remedy(change: str, said: str) -> None:
    entry = {
        "id": "x", "name": "việc", "kind": "other_body", "office": "nơi khác", "aliases": "[a, b, c, d, e]",
    }  # fmt: skip
    key, value = change.split(": ", 1)
    entry[key] = value
    text = "matters:\n  - " + "\n    ".join(f"{k}: {v}" for k, v in entry.items())
    with pytest.raises(ContentShapeError) as caught:
        parse_known_without_data(text, "general/known-without-data.yaml")
    assert "general/known-without-data.yaml" in str(caught.value)
    assert said in str(caught.value)


def test_one_phrase_cannot_lead_to_two_matters() -> None:
    entry = "{{id: {}, name: n, kind: other_body, office: o, aliases: [a, b, c, d, e]}}"
    text = f"matters: [{entry.format('x')}, {entry.format('y')}]"
    with pytest.raises(ContentShapeError, match="cả 'x' và 'y'"):
        parse_known_without_data(text, "k.yaml")
