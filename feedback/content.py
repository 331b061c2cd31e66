"""The room's published content: questionnaires, the plan of invitations, targets."""

from __future__ import annotations

from collections.abc import Iterable

from core.content import Document
from core.yaml_shape import ContentShapeError, parse_shape
from feedback.draw import InvitationPlan
from feedback.instruments import Instruments, parse_instruments
from feedback.targets import Targets, parse_targets

KINDS = ("surveys", "targets")
PLAN = "surveys/plan/invitations.yaml"


def instruments_in(documents: Iterable[Document]) -> Instruments:
    return parse_instruments(
        {found.key: found.text for found in documents if found.kind == "surveys" and found.key != PLAN}
    )


def targets_in(documents: Iterable[Document]) -> Targets:
    return parse_targets({found.key: found.text for found in documents if found.kind == "targets"})


def plan_in(documents: Iterable[Document]) -> InvitationPlan:
    """The published plan; ``LookupError`` where none was ever published."""
    text = next((found.text for found in documents if found.key == PLAN), None)
    if text is None:
        raise LookupError(f"{PLAN} is not published")
    return parse_shape(InvitationPlan, text, PLAN)


def why_not(key: str, text: str) -> str | None:
    """Why a file of this room must not be published, or nothing; other rooms' files are not looked at."""
    try:
        if key == PLAN:
            parse_shape(InvitationPlan, text, key)
        elif key.startswith("surveys/"):
            parse_instruments({key: text})
        elif key.startswith("targets/"):
            parse_targets({key: text})
    except ContentShapeError as error:
        return str(error)
    return None
