"""How the facets of a sentence are weighed against each other."""

from __future__ import annotations

import pytest

from knowledge.dialogue.asked import facets_asked
from knowledge.schemas import Facet


@pytest.mark.parametrize(
    "text", ["hết hạn rồi thì gia hạn sao", "mất thẻ thì xin lại sao ạ", "sai tên thì sửa s"]
)
def test_how_to_go_about_it_is_answered_and_not_what_the_classifier_half_believes(text: str) -> None:
    assert facets_asked(text, (), ((Facet.RESULT, 0.4), (Facet.STEPS, 0.1)), sure=True) == (Facet.STEPS,)


def test_a_copy_does_not_ask_how() -> None:
    assert Facet.STEPS not in facets_asked("cần mấy bản sao", (), ((Facet.DOCUMENTS, 0.4),), sure=True)


def test_who_is_given_something_is_asked_with_its_conditions() -> None:
    asked = facets_asked("cái này thì ai được hưởng", (Facet.WHO,), (), sure=False)
    assert asked == (Facet.WHO, Facet.CONDITIONS)
    assert facets_asked("ai được đi nộp", (Facet.WHO,), (), sure=False) == (Facet.WHO,)


def test_whether_is_heard_before_another_question() -> None:
    text = "heo chết có được hỗ trợ không, nộp đơn chỗ nào"
    assert facets_asked(text, (Facet.PLACE,), (), sure=False) == (Facet.PLACE, Facet.CONDITIONS)
