"""What a calculator adds to an answer about fees: the sum, the rate of the day, whether one pays less."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.actions import hours
from bot.actions.heard import Heard
from bot.actions.services import Services
from core.calendar import local_day
from core.message import OutboundMessage, Outcome, Reply
from knowledge.answer.figures import capital
from knowledge.calculators.counter_days import moon_said
from knowledge.calculators.exempt import Plea, answer_to, plea_in
from knowledge.calculators.fee_rows import dated_remark
from knowledge.calculators.sum_up import Sum, bind, quantities_in, times_unit, work_out
from knowledge.dialogue import wording
from knowledge.dialogue.respond import Question, tell
from knowledge.schemas import Facet, Procedure


def with_sums(services: Services, heard: Heard, question: Question, reply: Reply) -> Reply:
    """The same answer with its calculation, where the sentence asks for one; else as it was."""
    base = services.base()
    procedure = base.procedure(reply.code) or _counted_by_page(services, heard, reply)
    if procedure is not None and reply.outcome is not Outcome.ANSWER:
        reply = tell(base, replace(question, facets=(Facet.FEE,)), procedure)
    if reply.outcome is not Outcome.ANSWER or procedure is None:
        return reply
    plea = plea_in(heard.text, base.content.persons)
    facets = tuple(Facet(name) for name in reply.facets)
    if plea is None and Facet.FEE not in facets:
        return reply
    lines = sums(services, heard, procedure, plea)
    if not lines:
        return reply
    if plea is not None and Facet.FEE not in facets:
        facets = (Facet.FEE,)
    remarks = (*question.remarks, *lines)
    return tell(
        base, replace(question, facets=facets, remarks=remarks, given=(*question.given, *lines)), procedure
    )


def _counted_by_page(services: Services, heard: Heard, reply: Reply) -> Procedure | None:
    """In doubt about the subject: the likeliest, if its fee is counted in just what was said ("5 trang")."""
    base = services.base()
    for code in reply.options[:1] or [hit.code for hit in base.search(heard.text, 1)]:
        calculator = base.calculator(code)
        if calculator is None or Facet.FEE.value not in reply.facets:
            continue
        said = quantities_in(heard.text, calculator)
        if all(quantity.id in said for quantity in calculator.quantities if quantity.default is None):
            return base.procedure(code)
    return None


def plea_without_subject(services: Services, heard: Heard) -> Reply | None:
    """ "Tui là hộ nghèo có được giảm phí không": of the procedure at hand, or asked which one is meant."""
    base = services.base()
    plea = plea_in(heard.text, base.content.persons)
    if plea is None or not plea.alone:
        return None
    procedure = base.procedure(heard.topic.code)
    if procedure is not None:
        lines = tuple(sums(services, heard, procedure, plea))
        return tell(base, Question(heard.text, (Facet.FEE,), heard.topic, lines, lines), procedure)
    who = heard.topic.who
    return Reply(
        outcome=Outcome.CLARIFY,
        facets=[Facet.FEE.value],
        messages=[
            OutboundMessage(
                text=f"Dạ, miễn, giảm cho {plea.person.name} tùy từng thủ tục.\n"
                f"{capital(who)} định làm giấy tờ gì ạ? Nhắn tên việc, ví dụ: khai tử, giấy độc thân.",
                buttons=[wording.HANDOVER],
            )
        ],
        context=heard.topic.model_copy(update={"facets": [Facet.FEE.value]}).patch(),
    )


def sums(services: Services, heard: Heard, procedure: Procedure, plea: Plea | None) -> list[str]:
    """Lines to show; their figures come from the record and from the sum itself."""
    mentions = hours.days_named(services, heard)[:1]
    day = mentions[0].day if mentions else local_day(services.clock())
    lines = [moon for mention in mentions if (moon := moon_said(mention))]
    if plea is not None:
        lines.append(answer_to(plea, procedure))
    calculator = services.base().calculator(procedure.code)
    bound = bind(calculator, procedure, day) if calculator else None
    total: Sum | None = None
    if calculator and bound:
        said = quantities_in(heard.text, calculator)
        total = work_out(bound, said)
        if total is None:
            units = " và ".join(quantity.label.lower() for quantity in calculator.quantities)
            lines.append(f"Nhắn {units} để tính ra tổng tiền.")
    else:
        total = times_unit(heard.text, procedure, day)
    if total is not None:
        lines.append(f"Tính: {spell(total.lines)}.")
    remark = dated_remark(procedure, day)
    return [*lines, remark] if remark else lines


def spell(lines: Sequence[str]) -> str:
    return "; ".join(line.rstrip(".") for line in lines)
