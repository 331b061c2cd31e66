"""Deciding which procedure a sentence is about, with and without the words that only ask.

Taking out the asking words mostly helps; sometimes it takes a word of the subject along ("bản sao ở đâu"), so
where the first reading is not sure, the whole sentence is read as well and the surer reading wins. Where
somebody lives names no procedure and is left out of both.
"""

from __future__ import annotations

from knowledge.base import KnowledgeBase
from knowledge.dialogue.remainder import without_cues
from knowledge.dialogue.twins import weigh_twins
from knowledge.dialogue.whereabouts import without_places
from knowledge.search.decide import Decision, Verdict


def decide_on(base: KnowledgeBase, text: str, *, outside: float = 0.0) -> Decision:
    """``outside``: how far the classifier believes that this is no matter of the office (0..1)."""
    text = without_places(base, text)
    said = without_cues(text)
    decision = base.decide(said, outside=outside, whole=text)
    if decision.verdict is not Verdict.ANSWER and said != text:
        whole = base.decide(text, outside=outside, whole=text)
        decision = whole if whole.p_first > decision.p_first else decision
    return weigh_twins(base, text, decision)
