"""One question about procedures, as the dialogue takes it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from knowledge.dialogue.context import Topic
from knowledge.schemas import Facet


@dataclass(frozen=True)
class Question:
    """``facets``: what is asked, most certain first; empty when only a subject was named.

    ``outside``: how far the classifier believes that this is no matter of the office (0..1).
    ``correction``: it sets something right that was misunderstood; ``instead_of``: what it is said not to be.
    ``fresh``: another matter than the one at hand is announced.

    ``remarks`` and ``given`` come from a calculation done outside (a due date, an office's hours).
    """

    text: str
    facets: tuple[Facet, ...]
    topic: Topic
    remarks: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    outside: float = 0.0
    correction: bool = False
    instead_of: str = ""
    fresh: bool = False

    @property
    def asked_facets(self) -> list[str]:
        """Names of the facets; a subject named alone asks for the overview, which tells the steps."""
        return [facet.value for facet in self.facets or (Facet.OVERVIEW, Facet.STEPS)]

    def with_facets_of_before(self) -> Question:
        """A mere addition asks for what was asked before it.

        What sets something right names a matter that was not told of yet: its overview comes along.
        """
        if self.facets:
            return self
        before = [Facet(one) for one in self.topic.facets if one in Facet]
        if self.correction and before:
            before = [*before[:1], Facet.OVERVIEW]
        return replace(self, facets=tuple(dict.fromkeys(before)))
