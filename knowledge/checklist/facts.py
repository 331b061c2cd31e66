"""What may be true of a citizen's case, each with a short key that can stand in an address.

A key is made of the words themselves, so it means the same after the record has changed, and says nothing
about who the citizen is.
"""

from __future__ import annotations

import base64
import hashlib
import re

from core.text.fold import fold
from knowledge.answer.figures import capital
from knowledge.schemas import Paper, Procedure, SubmissionChannel

WAY_KEYS = {
    SubmissionChannel.COUNTER: "q",
    SubmissionChannel.ONLINE: "m",
    SubmissionChannel.POST: "b",
}
_BY_WAY = (
    (SubmissionChannel.POST, re.compile(r"^(?:gui|nop)(?: ho so)? (?:qua )?buu (?:dien|chinh)$")),
    (SubmissionChannel.ONLINE, re.compile(r"^nop(?: ho so)? (?:qua mang|truc tuyen)$")),
    (SubmissionChannel.COUNTER, re.compile(r"^nop(?: ho so)? (?:giay|truc tiep|tai quay)$")),
)
# Said of a paper that one brings if there is one: nothing to ask.
_IF_ANY = re.compile(r"^(?:neu (?:co|da co|con giu)|khi phap luat yeu cau|gia dinh co giay nay)$")
_IF = re.compile(r"^(?:nếu|khi) ", re.IGNORECASE)
_CASE_GROUP = re.compile(r"^(?:\(?[\divxa-z*]{1,3}[).]\s*)?(?:doi voi|truong hop)\b")


def key_of(text: str) -> str:
    """Four letters and digits (20 bits): enough to keep the cases of one procedure apart."""
    digest = hashlib.sha256(fold(text).encode()).digest()
    return base64.b32encode(digest)[:4].decode().lower()


def if_any(paper: Paper) -> bool:
    """Whether the paper is brought if one happens to have it."""
    return bool(paper.when) and _IF_ANY.match(fold(paper.when or "")) is not None


def case_of(paper: Paper) -> str | None:
    """The case in which the paper is needed; none when it always is (or is brought if there is one)."""
    return None if if_any(paper) else paper.when


def way_of(case: str) -> SubmissionChannel | None:
    """The way of filing that a case is about, if that is all it says."""
    folded = fold(case)
    return next((way for way, pattern in _BY_WAY if pattern.match(folded)), None)


def group_cases(procedure: Procedure) -> tuple[str, ...]:
    """Groups of papers that exclude each other ("Đối với cá nhân", "Đối với tổ chức"); none if under two."""
    groups = dict.fromkeys(
        paper.group
        for paper in procedure.papers
        if paper.group and not paper.is_note and _CASE_GROUP.match(fold(paper.group))
    )
    return tuple(groups) if len(groups) >= 2 else ()


def version_of(procedure: Procedure) -> str:
    """Six hex digits of what a list is made of: other digits, another list."""
    made_of = procedure.model_dump_json(include={"code", "methods", "papers", "where", "exemptions"})
    return hashlib.sha256(made_of.encode()).hexdigest()[:6]


def as_label(text: str) -> str:
    """A case as a choice: a capital letter, no full stop, no "if" before it."""
    return capital(_IF.sub("", text.strip()).rstrip(".:"))
