"""Dialogues through the whole assistant. One that is answered otherwise fails the build."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.product.conftest import Product

FOLDER = Path(__file__).with_name("dialogues")
CASES = [
    pytest.param(dialogue, id=f"{path.stem}:{dialogue['name']}")
    for path in sorted(FOLDER.glob("*.yaml"))
    for dialogue in yaml.safe_load(path.read_text(encoding="utf-8"))
]


def _check(place: str, expected: dict[str, Any], given: dict[str, Any]) -> None:
    for key in ("outcome", "task", "code"):
        if key in expected:
            assert given[key] == expected[key], f"{place}: {key} is {given[key]!r}\n{given['text']}"
    if "codes" in expected:
        assert given["code"] in expected["codes"], f"{place}: {given['code']}\n{given['text']}"
    if "facets" in expected:
        assert set(expected["facets"]) <= set(given["facets"]), f"{place}: {given['facets']}"
    if "options" in expected:
        assert set(expected["options"]) <= set(given["options"]), f"{place}: {given['options']}"
    for words in expected.get("says", []):
        assert words.lower() in given["text"].lower(), f"{place}: lacks {words!r}\n{given['text']}"
    for words in expected.get("never", []):
        assert words.lower() not in given["text"].lower(), f"{place}: says {words!r}\n{given['text']}"
    for button in expected.get("buttons", []):
        assert button in given["buttons"], f"{place}: {given['buttons']}"
    assert len(given["text"]) <= 700, f"{place}: {len(given['text'])} characters"
    assert given["text"].count("Dạ") <= 1 or given["outcome"] == "task", f"{place}: {given['text']}"


@pytest.mark.rasa
@pytest.mark.parametrize("dialogue", CASES)
def test_the_dialogue_goes_as_written(product: Product, dialogue: dict[str, Any]) -> None:
    conversation = f"dialogue-{uuid.uuid4().hex}"
    for number, turn in enumerate(dialogue["turns"], start=1):
        given = product.say(conversation, turn.get("user", ""), turn.get("press"))
        _check(f"{dialogue['name']}, lượt {number} ({turn.get('user') or turn.get('press')})", turn, given)
