"""Which of a few records a reply means: by its words, by an age, or by searching again."""

from __future__ import annotations

from collections.abc import Sequence

from core.text.fold import fold
from core.text.words import words as typed
from knowledge.base import KnowledgeBase
from knowledge.dialogue.ages import age_in, fits_age
from knowledge.dialogue.deciding import decide_on
from knowledge.dialogue.differences import option_labels
from knowledge.dialogue.remainder import leads_a_choice, topic_words, without_cues
from knowledge.dialogue.twins import unmentioned
from knowledge.schemas import Procedure
from knowledge.search.decide import Verdict
from knowledge.search.tokens import words

# Of the words of a reply a record must know so much to be meant, and so much more than the next one.
_KNOWN = 0.5
_AHEAD = 0.12
# So sure that it is another subject, whatever was offered.
_SURELY_FRESH = 0.85
_DEEP = 40
# "Mất mấy ngày" asks for a time, "bị mất" tells a case.
_ALSO_ASKING = frozenset(("mat", "ton", "het"))
_WHO_AND_AGE = frozenset("tuoi thang chau be con em no nhoc gai trai toi".split())
# What a case that nobody mentioned takes off.
_SPECIAL = 0.08


def means_one_of(
    base: KnowledgeBase,
    text: str,
    options: Sequence[Procedure],
    *,
    asked: str | None,
    current: str | None = None,
) -> Procedure | None:
    """The option that ``text`` means; none where it means none of them, or does not tell.

    ``asked``: the words that led to the options. ``current``: the option talked about, meant when the
    words fit it as well as any other.
    """
    lead = leads_a_choice(text)
    said = without_cues(lead or text)
    about = _telling(lead or text, said, options)
    if not about or not options:
        return None
    codes = [option.code for option in options]
    fitting = _of_age(text, options)
    if len(fitting) == 1 or (len(fitting) < len(options) and _tells_age_alone(about)):
        return base.procedure(current) if current in [o.code for o in fitting] else fitting[0]
    if len(fitting) < len(options) and current in [option.code for option in fitting]:
        return base.procedure(current)
    alone = decide_on(base, said)
    if alone.verdict is Verdict.ANSWER and alone.best.code in codes and not current:
        return base.procedure(alone.best.code)
    fresh = alone.verdict is Verdict.ANSWER and alone.best.code not in codes
    if fresh and lead is None and (alone.p_first >= _SURELY_FRESH or current):
        return None
    scores = _scores(base, said, about, fitting, asked)
    best = max(scores, key=lambda code: (scores[code], code == current))
    others = [score for code, score in scores.items() if code != best]
    ahead = scores[best] - max(others, default=0.0)
    known = base.index.coverage(about, best)
    if known < _KNOWN and not _label_knows(about, options, best):
        return None
    if current and scores[best] - scores.get(current, -1.0) < _AHEAD:
        best, ahead = current, 1.0
    return base.procedure(best) if ahead >= _AHEAD or len(options) == 1 else None


def _telling(text: str, said: str, options: Sequence[Procedure]) -> list[str]:
    """The words of a reply that may choose: its topic words, and those that a single label has ("bị mất")."""
    labels = [set(words(fold(label))) for label in option_labels(options)]
    one_has = {word for label in labels for word in label if sum(word in other for other in labels) == 1}
    about = topic_words(said)
    asking = _ALSO_ASKING if not about and without_cues(text) != text else frozenset()
    return about + [
        word.text
        for word in typed(said)
        if word.text in one_has and word.text not in about and word.text not in asking
    ]


def _of_age(text: str, options: Sequence[Procedure]) -> list[Procedure]:
    age = age_in(text)
    if age is None:
        return list(options)
    fits = {o.code: fits_age((o.name, o.plain_name or "", o.option_label or ""), age) for o in options}
    if True not in fits.values():
        return list(options)
    return [option for option in options if fits[option.code]]


def _tells_age_alone(about: Sequence[str]) -> bool:
    """ "Cháu 16 tuổi rồi": nothing is said besides who is how old."""
    return all(word.isdecimal() or word in _WHO_AND_AGE for word in about)


def _scores(
    base: KnowledgeBase, said: str, about: list[str], options: Sequence[Procedure], asked: str | None
) -> dict[str, float]:
    """How well each option goes with the reply: words it knows, words of its label, and the whole story."""
    labels = dict(zip([o.code for o in options], option_labels(options), strict=True))
    label_words = {code: set(words(fold(label))) for code, label in labels.items()}
    told = {hit.code: hit.score for hit in base.search(f"{without_cues(asked or '')} {said}", _DEEP)}
    best_told = max((told.get(code, 0.0) for code in labels), default=0.0) or 1.0
    records = {option.code: option for option in options}
    scores = {}
    for code, own in label_words.items():
        # only words that tell this option from the others count for its label
        shared = set.intersection(*label_words.values()) if len(label_words) > 1 else set()
        telling = [word for word in about if word not in shared]
        labelled = sum(word in own for word in telling) / len(telling) if telling else 0.0
        known = base.index.coverage(about, code)
        special = unmentioned(records[code], f"{fold(asked or '')} {fold(said)}")
        scores[code] = known + labelled + 0.5 * told.get(code, 0.0) / best_told - _SPECIAL * special
    return scores


def _label_knows(about: list[str], options: Sequence[Procedure], code: str) -> bool:
    labels = dict(zip([o.code for o in options], option_labels(options), strict=True))
    own = set(words(fold(labels[code])))
    others = {word for other, label in labels.items() if other != code for word in words(fold(label))}
    return any(word in own - others for word in about)


def family_of(base: KnowledgeBase, current: Procedure, asked: str | None, most: int = 8) -> list[Procedure]:
    """The record at hand and its neighbours: records of its field that answer to the same words."""
    found = [current]
    for hit in base.search(f"{without_cues(asked or '')} {current.spoken_name}", 2 * most):
        one = base.procedure(hit.code)
        if one is not None and one.field == current.field and one.code != current.code:
            found.append(one)
    return found[:most]
