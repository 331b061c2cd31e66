"""Which sides of a procedure a message asks about: plain cues, the classifier, the shape of the sentence.

Where they disagree and none is sure, both are answered: hiding the half that was meant is worse than a longer
card. Weighed on the golden questions of the content (docs/adr/0008).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.text.facets import find_facet_cues
from core.text.whether import asks_whether
from core.text.words import words
from knowledge.schemas import Facet

Belief = tuple[Facet, float]

# From here on the classifier is heard beside a plain cue.
_BESIDE_A_CUE = 0.3
# Below this, the second opinion of the classifier counts too when it is half as likely as the first.
_SURE = 0.5
_WORTH_NAMING = 0.12
_MOST = 3
# "… được không" asks for conditions beside these; a fee or the internet answers it alone.
_LEAVE_CONDITIONS_OPEN = frozenset(
    (Facet.PLACE, Facet.WHO, Facet.DURATION, Facet.DOCUMENTS, Facet.FORM, Facet.STEPS, Facet.RESULT)
)
# Who is given something is also under which conditions: "xin cái đó thì ai được", "những ai được cấp".
_ELIGIBLE = re.compile(
    r"\b(?:doi tuong nao|nhung ai|ai (?:thi |moi )*duoc"
    r"(?! (?:di|nop|ky|lam|dung|lay|thay)\b))"
)
_HOW = re.compile(
    r"\b(?:lam (?:sao|the nao|nhu the nao|kieu (?:gi|nao)|cach nao)|(?:thi|phai) (?:lam )?(?:sao|the nao)"
    r"|kieu (?:gi|nao)|cach nao|ra sao"
    # "hết hạn rồi thì gia hạn sao"; not "bản sao", "vì sao"
    r"|(?<!ban )(?<!vi )(?<!tai )(?<!hoi )(?<!da )(?<!0 )sao)"
    r"(?: (?:vay|the|a|nhi|ha|he|hen|em|anh|chi|ban|ad|ta|day|nua|roi))*$"
)


def facets_asked(
    text: str, cues: Sequence[Facet], beliefs: Sequence[Belief], *, sure: bool
) -> tuple[Facet, ...]:
    """At most three facets, cues first; none when only a subject is named.

    ``beliefs``: the classifier's facets, likeliest first, overview too. ``sure``: its best intent is one.
    """
    specific = [belief for belief in beliefs if belief[0] is not Facet.OVERVIEW]
    first = specific[0] if sure and specific and specific[0] == beliefs[0] else None
    found = list(dict.fromkeys(cues))
    if first and first[0] not in found and (not found or first[1] >= _BESIDE_A_CUE):
        found.append(first[0])
    whether = asks_whether(text)
    if whether and not found:
        found += [facet for facet, belief in specific if belief >= _WORTH_NAMING][:1]
    if whether and Facet.CONDITIONS not in found and _LEAVE_CONDITIONS_OPEN.issuperset(found):
        found.append(Facet.CONDITIONS)
    if found == [Facet.WHO] and _ELIGIBLE.search(_folded(text)):
        found.append(Facet.CONDITIONS)
    if found and Facet.STEPS not in found and _asks_how(text):
        half_believed = not cues and first is not None and first[1] < _SURE
        found, first = ([Facet.STEPS], None) if half_believed else ([*found, Facet.STEPS], first)
    if first and not cues and first[1] < _SURE and len(found) < 2:
        found += [f for f, belief in beliefs if belief >= first[1] / 2 and f not in found][:1]
    return tuple(found[:_MOST])


def _asks_how(text: str) -> bool:
    """Whether "làm sao" stands in what no plainer cue explains."""
    left, position = [], 0
    for cue in find_facet_cues(text):
        left.append(text[position : cue.start])
        position = max(position, cue.end)
    left.append(text[position:])
    # a cue leaves a 0 behind: of "mấy bản sao" no "sao" is left over
    return bool(_HOW.search(_folded(" 0 ".join(left))))


def _folded(text: str) -> str:
    return " ".join(word.text for word in words(text))
