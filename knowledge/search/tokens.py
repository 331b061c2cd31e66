"""From a citizen's sentence to the terms that are looked up.

No word segmentation: it loses accuracy and fails without tone marks (docs/adr). A term is a folded syllable
or a pair of neighbours.
"""

from __future__ import annotations

import itertools
import re

from core.text.words import words as written_out

_WORD = re.compile(r"[0-9a-z]+(?:[./-][0-9a-z]+)*")

# Words in which every question is wrapped, whatever it is about. Phrases rather than syllables: alone,
# "can" may be "căn" and "giay" may be the certificate that is asked for.
_WRAPPING = re.compile(
    # "thôi, …", "dạ cho con …"; not "thôi việc", "da giày"
    r"^(?:thoi|ua|alo|da(?= (?:cho|em|con|toi|minh|thua)\b))\b(?! (?:viec|quoc|giam|lam|hoc|nhan|tra)\b)"
    # "em muốn …", "dạ cháu đang cần …": whoever speaks, no child; not "con căn cước", "em gái tôi"
    r"|^(?:(?:da|vang|thua) )?(?:em|con|chau|minh|toi|tui|bac|chu)(?= (?:dang |cung )?"
    r"(?:muon|dinh|tinh|can(?! cuoc))\b)"
    r"|\b(?:"
    r"xin (?:cho )?hoi|cho (?:toi|tui|em|minh|con|chau|bac|co|chu) hoi|cho hoi|hoi chut|lam on|chi giup"
    r"|huong dan(?: giup)?"
    r"|can (?:nhung |cac )?(?:giay to |giay |ho so )?(?:gi|chi)\b(?: khong)?|can giay to nao"
    r"|(?:giay to|ho so) (?:gi|gom gi|gom nhung gi|the nao)"
    r"|can nhung giay to(?: gi| nao)?|(?:dem|mang) (?:theo )?(?:gi|nhung gi|giay to gi|chi)"
    r"|(?:het |mat |ton )?bao nhieu(?: tien)?|(?:phi|le phi)(?: la)? bao nhieu"
    r"|co (?:mat |ton )(?:tien|phi) khong"
    r"|(?:mat |het )?(?:bao lau|may ngay|bao nhieu ngay|may bua)(?: thi)?(?: co| xong)?|khi nao (?:co|xong)"
    r"|(?:nop |lam |o |ra |toi |den )*(?:o dau|cho nao|noi nao)\b"
    # "đầu tư", "con dấu", "đấu giá" are subjects; only "… đâu" at the end, or after a verb of going, asks
    r"|(?:(?:nop|lam|ra|toi|den|di|lay|mua|xin|gui|kiem|tim) )+dau\b(?! (?:tu|gia|thau|noi|hieu|khau|thu))"
    r"|(?<!con )(?<!lan )(?<!dong )dau$"
    r"|(?:lam )?(?:nhu )?the nao|ra sao|lam sao|thi sao|phai lam (?:gi|sao)|can lam gi"
    # "bản sao", "sao y" are subjects
    r"|(?<!ban )sao\b(?! (?:y|luc|chep|tu|giay|bang|ho|so|can|trich|tai)\b)"
    r"|duoc khong|co duoc khong|co phai|phai khong|khong a|voi a|(?:vay|nhi|nhe|a)$"
    r"|vay (?:a|em|anh|chi|ban|ad|nhi|ha|con)\b"
    # "tôi định", "em tính"; not "quy định", "gia đình", "tình trạng"
    r"|(?:(?<=toi )|(?<=em )|(?<=minh ))(?:dinh|tinh)\b(?! trang)"
    r"|muon|thu tuc"
    r")\b"
)


def words(folded: str) -> list[str]:
    return _WORD.findall(folded)


def terms(folded_words: list[str]) -> list[str]:
    """Syllables and pairs of neighbours."""
    return folded_words + [f"{left}_{right}" for left, right in itertools.pairwise(folded_words)]


def spoken(text: str) -> list[str]:
    """The folded words of a sentence, chat spelling written out, slips of the keyboard as they were typed."""
    return [word.text for word in written_out(text, mend=str)]


def unwrapped(folded: str) -> str:
    """A folded sentence without the words in which questions are wrapped; whole if nothing else is in it."""
    stripped = " ".join(_WRAPPING.sub(" ", folded).split())
    return stripped if len(stripped) >= 2 else folded


def topic(text: str) -> str:
    """The folded sentence, chat spelling written out, without the words in which questions are wrapped.

    Never empty for a sentence that has words.
    """
    return unwrapped(" ".join(word.text for word in written_out(text)))
