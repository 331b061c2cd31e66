"""What the feedback room needs of the published content, read anew when it changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.content import Document
from feedback.areas import Areas
from feedback.draw import InvitationPlan
from feedback.instruments import Instruments
from feedback.targets import Targets
from gateway import content_kinds


@dataclass(frozen=True)
class OpinionContent:
    plan: InvitationPlan
    instruments: Instruments
    targets: Targets
    areas: Areas


def opinion_content(documents: Sequence[Document]) -> OpinionContent:
    return OpinionContent(
        plan=content_kinds.invitation_plan(documents),
        instruments=content_kinds.instruments(documents),
        targets=content_kinds.targets(documents),
        areas=content_kinds.areas(documents),
    )
