"""A record on hold gives no figure and says why."""

from __future__ import annotations

from knowledge.answer.compose import answer
from knowledge.base import Content
from knowledge.holds import without_held
from knowledge.schemas import Facet, Fee, FeeKind, Method, Procedure, SubmissionChannel

PROCEDURE = Procedure(
    code="1.001193",
    name="Đăng ký khai sinh",
    field="Hộ tịch",
    methods=(Method(channel=SubmissionChannel.COUNTER, fees=(Fee(kind=FeeKind.KNOWN, amount=8000),)),),
)


def test_a_held_procedure_tells_no_fee_and_offers_a_person() -> None:
    content = without_held(
        Content(procedures={PROCEDURE.code: PROCEDURE}), {"procedures/ho-tich/1.001193.yaml"}
    )
    message = answer(content.procedures[PROCEDURE.code], [Facet.FEE]).message
    assert "8.000" not in message.text
    assert "đang được cơ quan kiểm tra lại" in message.text
    assert message.buttons[0].action == "task:handover"


def test_what_is_not_held_answers_as_before() -> None:
    content = without_held(
        Content(procedures={PROCEDURE.code: PROCEDURE}), {"procedures/ho-tich/2.000635.yaml"}
    )
    assert "8.000" in answer(content.procedures[PROCEDURE.code], [Facet.FEE]).message.text
