"""The assistant knows what a citizen asks, however it is written."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from core.text.words import words

REPOSITORY = Path(__file__).resolve().parents[2]
HELD_OUT = [Path(__file__).with_name(name) for name in ("heldout.yml", "heldout_tuning.yml")]

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.mark.rasa
def test_unseen_phrases_are_understood_with_marks_without_and_in_chat_spelling(
    in_rasa: Run, model: Path
) -> None:
    found = in_rasa("tests.bot.rasa_accuracy", str(model), "--wrong")
    print(found.stdout)
    assert found.returncode == 0, found.stdout + found.stderr[-4000:]
    assert set(json.loads(found.stdout)) >= {"heldout/marks", "heldout/no_marks", "heldout/chat"}


@pytest.mark.rasa
def test_what_is_taught_is_understood_without_its_near_duplicates(in_rasa: Run) -> None:
    found = in_rasa("tests.bot.cross_validation")
    print(found.stdout)
    assert found.returncode == 0, found.stdout + found.stderr[-4000:]
    assert set(json.loads(found.stdout)) >= {"marks", "no_marks"}


def _normalised(phrase: str) -> str:
    return " ".join(word.text for word in words(phrase))


def test_no_phrase_that_measures_the_model_is_among_those_that_teach_it() -> None:
    blind = yaml.safe_load(HELD_OUT[0].read_text(encoding="utf-8"))
    taught = {phrase for intent in _examples().values() for phrase in map(_normalised, intent)}
    # Up to three words that everybody writes the same way ("bỏ đi", "có") cannot be kept apart.
    known = [p for group in blind.values() for p in group if len(p.split()) > 3 and _normalised(p) in taught]
    assert known == []


def test_every_intent_has_examples_and_is_measured() -> None:
    domain = yaml.safe_load((REPOSITORY / "bot/domain/intents.yml").read_text(encoding="utf-8"))
    intents = set(domain["intents"]) - {"press_button"}
    examples = _examples()
    assert set(examples) == intents
    assert {intent: len(found) for intent, found in examples.items() if len(found) < 25} == {}
    for path in HELD_OUT:
        assert set(yaml.safe_load(path.read_text(encoding="utf-8"))) == intents


def test_no_phrase_teaches_two_intents() -> None:
    seen: dict[str, str] = {}
    twice = []
    for intent, phrases in _examples().items():
        for phrase in phrases:
            other = seen.setdefault(_normalised(phrase), intent)
            if other != intent:
                twice.append((phrase, other, intent))
    assert twice == []


def _examples() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in sorted((REPOSITORY / "bot/data/nlu").rglob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            lines = [line.removeprefix("- ") for line in block["examples"].splitlines()]
            found.setdefault(block["intent"], []).extend(lines)
    return found
