"""Whether a folded word can be a Vietnamese syllable at all: a sound at its head and a rime that exists.

The rimes of Vietnamese are a closed list, so a word that is none of them ("khsai", "lamm", "tieens") is a
slip of the keyboard, an abbreviation or a foreign word. Pure standard library, Python 3.10 syntax.
"""

from __future__ import annotations

import re

_RIMES = (
    "a ac ach ai am an ang anh ao ap at au ay "
    "e ec ech em en eng enh eo ep et eu "
    "i ia ich iec iem ien ieng iep iet ieu im in inh ip it iu "
    "o oa oac oach oai oam oan oang oanh oao oat oay oc oe oen oeo oet oi om on ong oong op ot "
    "u ua uac uach uan uang uanh uat uay uau uc ue uech uen uenh ui um un ung "
    "uo uoc uoi uom uon uong uop uot uou up ut uu uy uya uych uyen uyet uynh uyt uyu "
    "y yem yen yeng yet yeu"
).split()
_ALL = "|".join(sorted(_RIMES, key=len, reverse=True))
# The same sound is written k, gh, ngh before e, i, y, and c, g, ng before the other vowels.
_SYLLABLE = re.compile(
    rf"(?:(?:b|ch|d|gi|h|kh|l|m|nh|n|ph|p|qu|r|s|th|tr|t|v|x)?(?:{_ALL})"
    rf"|(?:k|ngh|gh)(?=[eiy])(?:{_ALL})"
    rf"|(?:c|ng|g)(?![eiy])(?:{_ALL})|gin?|giet|gieng|gieo|giu)"
)


def is_syllable(folded: str) -> bool:
    """``folded``: one word, lower case, without marks."""
    return bool(_SYLLABLE.fullmatch(folded))
