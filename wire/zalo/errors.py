"""Zalo's error codes as data, and what each means for a message and for the people who keep the account.

The template interface documents its codes (PyPI ``zalopysdk`` error_code.py; meanings zalo.cloud
"handle-error-code"). Those of the conversation interface are second-hand, and sources disagree on some, so
they are read together with the words beside them and are otherwise taken as final for this message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from wire.provider import About, Outcome, Rejected


class Verdict(StrEnum):
    """What is to be done about an error."""

    SENT = "sent"
    RETRY = "retry"
    FALLBACK = "fallback"
    """This message goes by another channel; nothing is wrong with the account."""
    NO_ZALO = "no_zalo"
    """Nobody on Zalo has this number, or cannot be reached there: remembered for a while."""
    BAD_DATA = "bad_data"
    """The number or the user is wrong in our own data."""
    BUG = "bug"
    """We sent something that Zalo cannot take: a template or our code has to be mended."""
    CONFIG = "config"
    """The app, the template or a permission is set up wrongly."""
    STOP = "stop"
    """Nothing can be sent on this channel until somebody acts: balance, quota, permission."""
    TOKEN = "token"  # noqa: S105
    NIGHT = "night"
    """Not between 22:00 and 06:00."""
    CONSENT = "consent"
    OPT_OUT = "opt_out"
    """The citizen refuses: no more on this channel."""
    LIMIT = "limit"
    """A limit of today or of this citizen: another channel now, this one again tomorrow."""
    CLOSED_WINDOW = "closed_window"
    DEVELOPMENT = "development"
    UNKNOWN = "unknown"


ALARMS = frozenset({Verdict.BUG, Verdict.CONFIG, Verdict.STOP, Verdict.TOKEN, Verdict.UNKNOWN})
"""Verdicts that an administrator has to hear of."""

_TEMPORARY = frozenset({Verdict.RETRY, Verdict.NIGHT, Verdict.TOKEN})
_OF_THE_PERSON = frozenset(
    {Verdict.NO_ZALO, Verdict.BAD_DATA, Verdict.CONSENT, Verdict.OPT_OUT, Verdict.CLOSED_WINDOW}
)

# Codes of the template interface: (codes, verdict, meaning).
_TEMPLATE: Sequence[tuple[tuple[int, ...], Verdict, str]] = (
    ((0,), Verdict.SENT, "ok"),
    ((-100,), Verdict.RETRY, "unknown error"),
    ((-101,), Verdict.CONFIG, "application invalid"),
    ((-102,), Verdict.CONFIG, "application not found"),
    ((-103,), Verdict.CONFIG, "application not active"),
    ((-104,), Verdict.CONFIG, "application secret invalid"),
    ((-105,), Verdict.CONFIG, "application not linked to the account"),
    ((-106,), Verdict.CONFIG, "method not supported"),
    ((-107,), Verdict.CONFIG, "message id invalid"),
    ((-1091,), Verdict.CONFIG, "template cannot be edited"),
    ((-108,), Verdict.BAD_DATA, "phone number invalid"),
    ((-109,), Verdict.CONFIG, "template id invalid"),
    ((-110,), Verdict.FALLBACK, "version of Zalo too old"),
    ((-114,), Verdict.FALLBACK, "cannot receive: inactive, refused or internal"),
    ((-111,), Verdict.BUG, "template data empty"),
    ((-112,), Verdict.BUG, "template data of an undefined type"),
    ((-1121,), Verdict.BUG, "parameter too long"),
    ((-1122,), Verdict.BUG, "parameter missing"),
    ((-1124,), Verdict.BUG, "parameter in a bad format"),
    ((-1123,), Verdict.BUG, "QR code cannot be made"),
    ((-113,), Verdict.BUG, "button invalid"),
    ((-116,), Verdict.BUG, "text invalid"),
    ((-121,), Verdict.BUG, "template has no body"),
    ((-122,), Verdict.BUG, "body in a bad format"),
    ((-130,), Verdict.BUG, "body too long"),
    ((-132,), Verdict.BUG, "parameter invalid"),
    ((-153,), Verdict.BUG, "data invalid"),
    ((-115,), Verdict.STOP, "out of quota or balance"),
    ((-117,), Verdict.CONFIG, "no permission for this template"),
    ((-118,), Verdict.NO_ZALO, "no Zalo account"),
    ((-119,), Verdict.NO_ZALO, "account cannot receive"),
    ((-120,), Verdict.STOP, "account lacks this permission"),
    ((-1201,), Verdict.STOP, "account not verified"),
    ((-1202,), Verdict.STOP, "account blocked"),
    ((-135,), Verdict.STOP, "account may not send templates"),
    ((-1351,), Verdict.STOP, "account blocked from sending"),
    ((-138,), Verdict.STOP, "application lacks this permission"),
    ((-140,), Verdict.STOP, "account lacks this kind of service"),
    ((-145,), Verdict.STOP, "account may not send this kind"),
    ((-123,), Verdict.CONFIG, "RSA decryption failed"),
    ((-128,), Verdict.CONFIG, "RSA key missing"),
    ((-129,), Verdict.CONFIG, "RSA key exists"),
    ((-142,), Verdict.CONFIG, "RSA key not found"),
    ((-143,), Verdict.CONFIG, "RSA key exists already"),
    ((-124,), Verdict.TOKEN, "access token invalid"),
    ((-1241,), Verdict.TOKEN, "proof of the application secret invalid"),
    ((-125,), Verdict.CONFIG, "account id invalid"),
    ((-126,), Verdict.DEVELOPMENT, "development quota used up"),
    ((-127,), Verdict.DEVELOPMENT, "test messages go to administrators only"),
    ((-131,), Verdict.CONFIG, "template not approved"),
    ((-133,), Verdict.NIGHT, "not between 22:00 and 06:00"),
    ((-134,), Verdict.CONSENT, "citizen has not agreed to this kind"),
    ((-136,), Verdict.STOP, "account not linked to a wallet"),
    ((-137,), Verdict.STOP, "payment failed"),
    ((-139,), Verdict.OPT_OUT, "citizen refuses this kind"),
    ((-141,), Verdict.OPT_OUT, "citizen refuses this account"),
    ((-144,), Verdict.LIMIT, "daily limit of the account"),
    ((-1441,), Verdict.LIMIT, "monthly limit of promotions"),
    ((-147,), Verdict.LIMIT, "daily limit of the template"),
    ((-1471,), Verdict.LIMIT, "limit of this citizen"),
    ((-160,), Verdict.LIMIT, "limit reached"),
    ((-146,), Verdict.CONFIG, "template switched off for low quality"),
    ((-148, -149, -150, -151, -152), Verdict.CONFIG, "journey token or end-to-end encryption"),
    ((-158,), Verdict.BUG, "upload too large"),
    ((-159,), Verdict.BUG, "upload of a bad type"),
)

# Codes of the conversation interface, second-hand (caresoft's list, zalo-sdk, remembered).
_OPENAPI: Sequence[tuple[tuple[int, ...], Verdict, str]] = (
    ((0,), Verdict.SENT, "ok"),
    ((-32,), Verdict.RETRY, "too many requests"),
    ((-201,), Verdict.BUG, "parameter or token invalid"),
    ((-202,), Verdict.STOP, "permission missing"),
    ((-203,), Verdict.BUG, "parameter invalid"),
    ((-204,), Verdict.BUG, "message invalid"),
    ((-205,), Verdict.CONFIG, "account does not exist"),
    ((-206,), Verdict.CONFIG, "application not linked to the account"),
    ((-207,), Verdict.BAD_DATA, "user id invalid"),
    ((-208, -209, -210), Verdict.STOP, "feature switched off"),
    ((-211,), Verdict.LIMIT, "quota used up"),
    ((-212,), Verdict.CONFIG, "application not registered for this interface: consent again"),
    ((-213,), Verdict.FALLBACK, "citizen does not follow the account"),
    ((-216,), Verdict.TOKEN, "access token invalid"),
    ((-220,), Verdict.TOKEN, "access token of another account"),
    ((-224,), Verdict.STOP, "service package needed"),
    ((-230,), Verdict.CLOSED_WINDOW, "no interaction within seven days"),
)


@dataclass(frozen=True)
class ZaloError:
    """One row of the table."""

    code: int
    verdict: Verdict
    meaning: str


def _by_code(rows: Sequence[tuple[tuple[int, ...], Verdict, str]]) -> dict[int, ZaloError]:
    return {code: ZaloError(code, verdict, meaning) for codes, verdict, meaning in rows for code in codes}


TEMPLATE_ERRORS = _by_code(_TEMPLATE)
OPENAPI_ERRORS = _by_code(_OPENAPI)

# Sources call it a bad parameter or a bad token.
_DISPUTED = frozenset({-201, -216})


def template_error(code: int) -> ZaloError:
    return TEMPLATE_ERRORS.get(code) or ZaloError(code, Verdict.UNKNOWN, "not in the table")


def openapi_error(code: int, words: str, token_words: Sequence[str]) -> ZaloError:
    """The row for a code, settled by the words beside it where the code alone is disputed."""
    known = OPENAPI_ERRORS.get(code) or ZaloError(code, Verdict.UNKNOWN, "not in the table")
    if code in _DISPUTED or known.verdict is Verdict.UNKNOWN:
        said = words.casefold()
        if any(word.casefold() in said for word in token_words):
            return ZaloError(code, Verdict.TOKEN, "access token invalid")
        if code == -216:
            return ZaloError(code, Verdict.CONFIG, known.meaning)
    return known


def outcome_of(error: ZaloError) -> Outcome:
    """An error as the sender understands it: it was certainly not taken."""
    about = About.PERSON if error.verdict in _OF_THE_PERSON else About.UNKNOWN
    return Rejected(permanent=error.verdict not in _TEMPORARY, code=str(error.code), about=about)
