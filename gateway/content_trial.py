"""What a draft would do to every question that is answered rightly now.

All golden questions are asked of the draft. Where the change touches nothing by which anything is found (a
fee, a paper, the text of an answer: ``KnowledgeBase.finds_like``), no answer can move; then its own questions
are asked and a sample of the others, and should one of them move after all, the rest are asked too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import structlog

from core.content import Document, digest
from gateway import decisions, message_words
from gateway.content_desk import DECIDED, wrong
from gateway.golden import GoldenQuestion, WrongAnswer, golden_questions, keys_by_code, why_wrong
from knowledge.base import KnowledgeBase
from knowledge.published import read_content
from knowledge.schemas import Procedure

_SAMPLE = 40

log = structlog.get_logger()


@dataclass(frozen=True)
class Rehearsal:
    """A draft beside what is published, and the golden questions to be asked of it.

    ``own``: of the document itself; ``spared``: those whose answer the change cannot move; ``keys``: in which
    document each record is edited.
    """

    before: KnowledgeBase
    after: KnowledgeBase
    own: Sequence[GoldenQuestion]
    others: Sequence[GoldenQuestion]
    spared: Sequence[GoldenQuestion] = ()
    keys: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Progress:
    """How far a rehearsal is: written by the thread that asks, which ends early when told to ``stop``.

    ``wrong``: of the questions that were answered rightly before.
    """

    asked: int = 0
    whole: int = 0
    sample: bool = False
    wrong: tuple[WrongAnswer, ...] = ()
    stop: bool = False


def asks_questions(key: str) -> bool:
    """Whether a document of this kind could change what any question finds."""
    return key.split("/", 1)[0] not in DECIDED


def broken(documents: Sequence[Document], key: str, text: str) -> str | None:
    """Why a draft cannot be handed in, whatever it would be asked; none when it may."""
    if problem := wrong(key, text):
        return problem
    if key.startswith(message_words.MESSAGES):
        return "; ".join(message_words.problems(key, text)) or None
    if key.startswith(decisions.TARGETS):
        before = next((one.text for one in documents if one.key == key), None)
        return decisions.too_low(documents, key, before, text)
    return None


def rehearse(
    documents: Sequence[Document],
    catalogue: Mapping[str, Procedure],
    key: str,
    text: str,
    live: KnowledgeBase,
) -> Rehearsal:
    """What has to be asked of a draft that is not broken. Takes up to seconds: off the event loop."""
    draft = Document(key.split("/", 1)[0], key, text, 0)
    changed = [draft if one.key == key else one for one in documents]
    if draft not in changed:
        changed.append(draft)
    before = KnowledgeBase(read_content(documents, catalogue), before=live)
    after = KnowledgeBase(read_content(changed, catalogue), before=before)
    questions = [one for one in golden_questions(after) if not one.pending]
    code = PurePosixPath(key).stem if draft.kind == "procedures" else None
    own = [one for one in questions if one.code == code]
    others = [one for one in questions if one.code != code]
    keys = keys_by_code(one.key for one in changed)
    step = len(others) // _SAMPLE
    if step < 2 or not after.finds_like(before):
        return Rehearsal(before, after, own, others, keys=keys)
    first = int(digest(text)[:8], 16) % step  # another part for every text: in time all have had their turn
    spared = [one for number, one in enumerate(others) if number % step != first]
    return Rehearsal(before, after, own, others[first::step], spared, keys)


def ask(rehearsal: Rehearsal, progress: Progress) -> None:
    """One question after the other, told in ``progress``. Takes up to a minute: off the event loop."""
    known = frozenset(golden_questions(rehearsal.before))
    own, others, spared = rehearsal.own, rehearsal.others, rehearsal.spared
    progress.whole, progress.sample = len(own) + len(others), bool(spared)

    def all_right(questions: Sequence[GoldenQuestion]) -> bool:
        right = True
        for one in questions:
            if progress.stop:
                return True
            problem = why_wrong(rehearsal.after, one, rehearsal.keys)
            if problem and not (one in known and why_wrong(rehearsal.before, one, rehearsal.keys)):
                progress.wrong, right = (*progress.wrong, problem), False
            progress.asked += 1
        return right

    all_right(own)
    if not all_right(others) and spared:
        log.error("golden_sample_moved", wrong=len(progress.wrong))
        progress.whole, progress.sample = progress.whole + len(spared), False
        all_right(spared)
