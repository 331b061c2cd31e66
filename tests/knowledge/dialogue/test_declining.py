"""What is said to words that are no question."""

import pytest

from core.text.dangers import Danger
from knowledge.dialogue.declining import declining


def test_an_answer_to_despair_gives_the_emergency_numbers_and_no_lecture() -> None:
    said = declining(Danger.DESPAIR, "bác")
    assert "115" in said
    assert "113" in said
    assert "Bác" in said


@pytest.mark.parametrize("danger", [*Danger, None])
def test_every_answer_is_short_and_complete(danger: Danger | None) -> None:
    said = declining(danger, "anh/chị")
    assert 0 < len(said) <= 700
    assert "tôi" not in said
