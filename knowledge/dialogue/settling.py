"""What a message means because of what was said before it, whatever it sounds like by itself.

A reply to a question asked back, "cái thứ hai", "quay lại cái hồi nãy", a detail added to the matter at hand
("bé mới 5 tuổi"): a classifier that sees one sentence cannot tell these from small talk.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from core.message import Reply
from core.text.facets import find_facet_cues
from core.text.whether import asks_whether
from core.text.words import words
from knowledge.base import MATTER_PREFIX, KnowledgeBase
from knowledge.dialogue.asking import MAX_OPTIONS, ask_which, none_of_these
from knowledge.dialogue.choosing import family_of, means_one_of
from knowledge.dialogue.deciding import decide_on
from knowledge.dialogue.following import follow_up, return_to
from knowledge.dialogue.office_words import speaks_of_papers
from knowledge.dialogue.ordinals import ordinal_in
from knowledge.dialogue.pointing import points_in
from knowledge.dialogue.question import Question
from knowledge.dialogue.referring import pointed_at, the_other
from knowledge.dialogue.related import is_called, related
from knowledge.dialogue.remainder import leads_a_choice, topic_words
from knowledge.dialogue.steering import Wish, wish_in
from knowledge.dialogue.telling import tell
from knowledge.schemas import Procedure
from knowledge.search.decide import Verdict

# So sure is the classifier that a message is no matter of the office: then no word of it chooses or adds.
_SURELY_OUTSIDE = 0.55
# "Còn thằng lớn thì sao" goes on with the matter at hand, whatever its words are like by themselves.
_GOES_ON = re.compile(r"^(?:(?:the|vay|roi|a|u|o|da|ma|thi) )*con\b.* (?:thi )?(?:sao|the nao|nhu nao)\b")
# A detail is short; a longer message is a question of its own.
_DETAIL_WORDS = 9


def settle(base: KnowledgeBase, question: Question, *, small_talk: bool = False) -> Reply | None:
    """The reply that what was said before calls for; none for a message that stands by itself.

    ``small_talk``: the classifier took the message for no question, so that a detail added to the matter at
    hand is looked for here.
    """
    topic = question.topic
    wish = wish_in(question.text)
    if (other := the_other(base, question)) is not None:
        return other
    if (ordinal := ordinal_in(question.text)) and not topic_words(ordinal.rest):
        if (chosen := _at(base, topic.offered or topic.listed, ordinal.place)) is not None:
            return tell(base, question.with_facets_of_before(), chosen)
        if not topic.offered and (current := base.procedure(topic.code)) is not None:
            others = family_of(base, current, topic.asked)[1 : MAX_OPTIONS + 1]
            if others:
                return ask_which(base, question, others)
    if wish is Wish.BACK and (back := return_to(base, question)) is not None:
        return back
    asks = bool(find_facet_cues(question.text)) or asks_whether(question.text)
    if topic.offered and asks and (meant := pointed_at(base, question)) is not None:
        return meant
    if topic.offered:
        return _answer_to_options(base, question, wish)
    if not small_talk or question.correction:
        return None
    if find_facet_cues(question.text) and (meant := pointed_at(base, question)) is not None:
        return meant
    return detail(base, question) if topic.code and not asks_whether(question.text) else None


def _beside_the_matter(question: Question) -> bool:
    """ "Trời nay nắng dữ" in the middle of a talk, though some record knows each of its words."""
    if question.outside < _SURELY_OUTSIDE or speaks_of_papers(question.text):
        return False
    return not _GOES_ON.match(" ".join(word.text for word in words(question.text)))


def _at(base: KnowledgeBase, codes: Sequence[str], place: int) -> Procedure | None:
    """The record at a place of those shown; a negative place counts from the end."""
    place = place if place >= 0 else len(codes) - 1
    return base.procedure(codes[place]) if codes and place < len(codes) else None


def _answer_to_options(base: KnowledgeBase, question: Question, wish: Wish | None) -> Reply | None:
    topic = question.topic
    if wish is Wish.OTHER:
        return none_of_these(question)
    if question.correction and (question.instead_of or points_in(question.text)):
        return None  # "bị mất chứ không phải đổi": none of what the wrong word led to
    options = [one for code in topic.offered if (one := base.procedure(code)) is not None]
    if wish is Wish.YES and options and (len(options) == 1 or topic.likely):
        return tell(base, question.with_facets_of_before(), options[0])
    if _beside_the_matter(question):
        return None
    about = topic_words(question.text)
    if about and question.facets and topic.likely and set(about) <= set(topic_words(topic.asked or "")):
        return follow_up(base, question)  # "ai được mua" of what was to be bought
    meant = means_one_of(base, question.text, options, asked=topic.asked)
    if options and about and (meant is None or not is_called(base, meant, about)):
        meant = related(base, question.text, options[0]) or meant
    if meant is None and about:
        meant = _a_sibling(base, question, options)
    if meant is not None:
        return tell(base, question.with_facets_of_before(), meant)
    if not topic_words(question.text) and question.facets:
        return follow_up(base, question)
    return None


def _a_sibling(base: KnowledgeBase, question: Question, options: list[Procedure]) -> Procedure | None:
    """A record that was not offered, but is what the earlier words and these together surely mean."""
    asked = question.topic.asked
    if not asked or decide_on(base, question.text).verdict is Verdict.ANSWER:
        return None
    together = decide_on(base, f"{asked} {question.text}")
    found = base.procedure(together.best.code) if together.verdict is Verdict.ANSWER else None
    return found if found is not None and any(found.field == option.field for option in options) else None


def detail(base: KnowledgeBase, question: Question) -> Reply | None:
    """A detail added to the matter at hand; the record that it makes the right one is told."""
    topic = question.topic
    current = base.procedure(topic.code)
    text = question.text
    if current is None or topic.lost or _beside_the_matter(question):
        return None
    if len(text.split()) > _DETAIL_WORDS or not topic_words(text):
        return None
    alone = decide_on(base, text)
    if alone.hits and alone.best.code.startswith(MATTER_PREFIX) and alone.verdict is Verdict.ANSWER:
        return None
    meant = means_one_of(
        base, text, family_of(base, current, topic.asked), asked=topic.asked, current=current.code
    )
    if meant is None:
        return None
    told = replace(
        question.with_facets_of_before(), text=f"{topic.asked or ''} {leads_a_choice(text) or text}".strip()
    )
    return tell(base, told, meant)
