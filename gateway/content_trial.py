"""What a draft would do to every question that is answered rightly now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.content import Document
from gateway import decisions, message_words
from gateway.content_desk import DECIDED, read_document, wrong
from gateway.golden import run_golden
from knowledge.base import Content, KnowledgeBase
from knowledge.published import read_content
from knowledge.schemas import Procedure

# Told about a place without being what it is found by.
_TOLD_OF_A_PLACE = frozenset({"address", "phone", "office_hours", "note"})


@dataclass(frozen=True)
class Trial:
    """What would happen if the draft were live. ``broken`` refuses it; ``worse``: found before, not now."""

    broken: str | None
    worse: Sequence[str] = ()
    better: Sequence[str] = ()

    @property
    def passes(self) -> bool:
        return self.broken is None and not self.worse


def try_out(
    documents: Sequence[Document],
    catalogue: Mapping[str, Procedure],
    key: str,
    text: str,
    live: KnowledgeBase,
) -> Trial:
    """Shape, then every golden question before and after. Takes seconds: run it off the event loop."""
    if problem := wrong(key, text):
        return Trial(problem)
    if key.startswith(message_words.MESSAGES):
        return Trial("; ".join(message_words.problems(key, text)) or None)
    if key.split("/", 1)[0] in DECIDED:
        before_text = next((one.text for one in documents if one.key == key), None)
        low = key.startswith(decisions.TARGETS)
        return Trial(decisions.too_low(documents, key, before_text, text) if low else None)
    if key.startswith("places/"):
        before_text = next((one.text for one in documents if one.key == key), "")
        old, new = read_document(key, before_text), read_document(key, text)
        if all(old.get(name) == new.get(name) for name in {*old, *new} - _TOLD_OF_A_PLACE):
            return Trial(None)  # no question finds another answer by it
    changed = [one for one in documents if one.key != key]
    changed.append(Document(key.split("/", 1)[0], key, text, 0))
    content: Content = read_content(changed, catalogue)
    before = {(one.code, one.question): one.problem for one in run_golden(live) if not one.pending}
    after = {
        (one.code, one.question): one.problem for one in run_golden(KnowledgeBase(content)) if not one.pending
    }
    worse = [why for asked, why in after.items() if why and not before.get(asked)]
    better = [
        f"{asked[0]}: “{asked[1]}”"
        for asked, why in before.items()
        if why and asked in after and not after[asked]
    ]
    return Trial(None, worse, better)
