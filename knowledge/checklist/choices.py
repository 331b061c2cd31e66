"""What somebody chose, as it stands in an address: ``3f9a1c.q.k2ab.m7xy~``. Choices only, no person.

First the version of the record the questions were made from, then a key for each thing that is so, with ``~``
behind those that were left open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from knowledge.checklist.facts import WAY_KEYS
from knowledge.checklist.questions import Choice
from knowledge.schemas import SubmissionChannel

_TOKEN = re.compile(r"^[0-9a-f]{6}(?:\.(?:[a-z2-7]{4}|[qmb])~?){0,40}$")
LONGEST = 300
_WAYS = {key: way for way, key in WAY_KEYS.items()}


@dataclass(frozen=True)
class Chosen:
    """``facts``: keys of what is so; ``unsure``: of what the citizen could not say."""

    version: str
    facts: frozenset[str] = frozenset()
    unsure: frozenset[str] = frozenset()

    @property
    def way(self) -> SubmissionChannel | None:
        return next((_WAYS[key] for key in sorted(self.facts) if key in _WAYS), None)

    def plus(self, choices: Iterable[Choice]) -> Chosen:
        """With these answers as well."""
        picked = list(choices)
        facts = self.facts.union(*(choice.facts for choice in picked)) if picked else self.facts
        unsure = self.unsure.union(*(choice.unsure for choice in picked)) if picked else self.unsure
        return replace(self, facts=facts, unsure=unsure - facts)

    @property
    def token(self) -> str:
        ways = sorted(self.facts & set(_WAYS))
        others = sorted(self.facts - set(_WAYS))
        return ".".join([self.version, *ways, *others, *(f"{key}~" for key in sorted(self.unsure))])


def read_token(token: str) -> Chosen | None:
    """What an address says; none when it cannot be one of ours."""
    if len(token) > LONGEST or not _TOKEN.match(token):
        return None
    version, *keys = token.split(".")
    unsure = frozenset(key[:-1] for key in keys if key.endswith("~"))
    facts = frozenset(key for key in keys if not key.endswith("~"))
    if len(facts & set(_WAYS)) > 1:
        return None
    return Chosen(version, facts, unsure - facts - frozenset(_WAYS))
