"""Tables of invitations and of answers, kept apart.

An invitation knows the dossier; an answer knows neither the invitation nor the dossier. The one way from
a citizen to an answer is the token in the citizen's link: ``answer_key`` is a keyed hash of it. The token
itself is derived from a seed that is erased when the link runs out, and from then on nobody but a holder
of the link could find the answer, not even with the keys of the product.

So that time does not tell what the columns hide: an invitation never says whether or when it was answered,
an answer has the month in which the dossier closed and no moment that can be read without a key, and
its identifier is random, with rows stored in that order.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, Date, Index, Integer, String, Text, UniqueConstraint, false, text, true
from sqlalchemy.orm import Mapped, mapped_column

from core.crypto import EncryptedJson, EncryptedText
from core.database import Base, UtcDateTime, new_id, utc_now


class Mode(StrEnum):
    """How an answer came. Only what follows a random invitation is counted in the index."""

    LINK = "link"
    POSTER = "poster"
    KIOSK = "kiosk"
    PAPER = "paper"
    INTERVIEW = "interview"


class InvitationState(StrEnum):
    """``planned``: announced to those who send. ``reminded``: its one reminder is settled.
    ``refused``: not to be sent. ``ended``: seed erased.
    """

    PLANNED = "planned"
    REMINDED = "reminded"
    REFUSED = "refused"
    ENDED = "ended"


class SurveyInvitation(Base):
    """One random invitation for a closed dossier. ``dossier_hash`` is a keyed hash of the dossier code,
    ``person_hash`` of the identity number of whom it is about, where that is known,
    ``officer_hash`` of the name of who handled it: that one shall never see what comes of it. ``reached``: a
    message with its link came to a handset.
    """

    __tablename__ = "survey_invitation"
    __table_args__ = (
        UniqueConstraint("dossier_hash"),
        UniqueConstraint("token_hash"),
        Index("ix_survey_invitation_month", "closed_month", "closed_half", "instrument"),
        Index("ix_survey_invitation_expiry", "state", "expires_at"),
        Index("ix_survey_invitation_contact", "contact_hash", "send_at"),
        Index(
            "ix_survey_invitation_person",
            "person_hash",
            "send_at",
            sqlite_where=text("person_hash IS NOT NULL"),
            postgresql_where=text("person_hash IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    dossier_hash: Mapped[str] = mapped_column(String(64))
    contact_hash: Mapped[str | None] = mapped_column(String(64))
    person_hash: Mapped[str | None] = mapped_column(String(64))
    unit: Mapped[str] = mapped_column(String(200))
    field: Mapped[str | None] = mapped_column(String(200))
    procedure_code: Mapped[str | None] = mapped_column(String(60))
    channel: Mapped[str | None] = mapped_column(String(20))
    officer_group: Mapped[str | None] = mapped_column(String(100))
    officer_hash: Mapped[str | None] = mapped_column(String(64))
    closed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_month: Mapped[str] = mapped_column(String(7))
    closed_half: Mapped[int] = mapped_column(Integer, default=2, server_default="2")
    instrument: Mapped[str] = mapped_column(String(60))
    instrument_version: Mapped[int] = mapped_column(Integer)
    token_seed: Mapped[str | None] = mapped_column(EncryptedText)
    token_hash: Mapped[str] = mapped_column(String(64))
    send_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(10), default=InvitationState.PLANNED)
    reached: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    sample: Mapped[bool] = mapped_column(Boolean, default=False)


class SurveyAnswer(Base):
    """One answer. ``month`` (YYYY-MM) and ``half``: when the dossier closed. ``headline``: the answer to it.

    ``drawn``: it follows a random invitation. ``flags``: why it looks made up, names of ``feedback.flags``
    with spaces between. ``factors``: for each of the five SIPAS factors its level, or "-".
    ``change_until`` is a moment in ISO 8601, encrypted: in clear it would give the hour of the answer away.
    """

    __tablename__ = "survey_answer"
    __table_args__ = (
        UniqueConstraint("answer_key"),
        Index("ix_survey_answer_month", "month", "half", "instrument"),
        # In SQLite the hidden row number would keep the order in which people answered.
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=lambda: uuid.uuid4().hex)
    answer_key: Mapped[str] = mapped_column(String(64))
    month: Mapped[str] = mapped_column(String(7))
    half: Mapped[int] = mapped_column(Integer, default=2, server_default="2")
    unit: Mapped[str] = mapped_column(String(200))
    field: Mapped[str | None] = mapped_column(String(200))
    procedure_code: Mapped[str | None] = mapped_column(String(60))
    channel: Mapped[str | None] = mapped_column(String(20))
    officer_group: Mapped[str | None] = mapped_column(String(100))
    instrument: Mapped[str] = mapped_column(String(60))
    instrument_version: Mapped[int] = mapped_column(Integer)
    mode: Mapped[str] = mapped_column(String(10), default=Mode.LINK, server_default=Mode.LINK)
    drawn: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    flags: Mapped[str] = mapped_column(String(60), default="", server_default="")
    headline: Mapped[int | None] = mapped_column(Integer)
    factors: Mapped[str] = mapped_column(String(5), default="-----", server_default="-----")
    answers: Mapped[dict[str, Any]] = mapped_column(EncryptedJson)
    comment: Mapped[str | None] = mapped_column(EncryptedText)
    change_until: Mapped[str] = mapped_column(EncryptedText)
    sample: Mapped[bool] = mapped_column(Boolean, default=False)


class SurveyTrace(Base):
    """For some days, what a made-up answer gives itself away by. Nothing of it can be read without a key.

    ``body``: the answer's key, the moment, a keyed hash of the device, and how the answer was given.
    """

    __tablename__ = "survey_trace"
    __table_args__ = (Index("ix_survey_trace_erase_on", "erase_on"), {"sqlite_with_rowid": False})

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=lambda: uuid.uuid4().hex)
    erase_on: Mapped[date] = mapped_column(Date)
    body: Mapped[dict[str, Any]] = mapped_column(EncryptedJson)


class CountedHalf(Base):
    """A half month (``month`` YYYY-MM) whose rows were counted, at ``counted_at``. ``changed``: rows were
    written since. When, is not told: it would be when somebody answered. ``turn`` is that of a count under
    way, and is taken away by whoever writes meanwhile.
    """

    __tablename__ = "survey_half"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    half: Mapped[int] = mapped_column(Integer, primary_key=True)
    counted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    turn: Mapped[str | None] = mapped_column(String(26))


class SurveyTally(Base):
    """Answers and invitations as numbers: one row for each line that a table may have.

    ``axis`` is the table's (``feedback.figures.By``, or one of ``feedback.tally_counting``), ``grp`` its
    line within ``unit``. ``live``: the rows still stand, and the numbers hold as long as ``CountedHalf``
    says so; else the rows are gone for good.
    """

    __tablename__ = "survey_tally"
    __table_args__ = (Index("ix_survey_tally_month", "axis", "month"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    axis: Mapped[str] = mapped_column(String(20))
    month: Mapped[str] = mapped_column(String(7))
    half: Mapped[int] = mapped_column(Integer)
    unit: Mapped[str] = mapped_column(String(200))
    grp: Mapped[str | None] = mapped_column(String(300))
    instrument: Mapped[str] = mapped_column(String(60))
    instrument_version: Mapped[int] = mapped_column(Integer)
    sample: Mapped[bool] = mapped_column(Boolean)
    live: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    flagged: Mapped[bool] = mapped_column(Boolean)
    n: Mapped[int] = mapped_column(Integer)
    satisfied: Mapped[int] = mapped_column(Integer)
    invited: Mapped[int] = mapped_column(Integer)
    delivered: Mapped[int] = mapped_column(Integer, default=0)


class SurveySheet(Base):
    """What the tallies of a half month say on one axis, added up to what pages show: a page of a year reads
    a row a half month, however many units and procedures there are (``feedback.sheets``).

    ``lines`` is JSON. ``areas``: the digest of the areas that units were added up by; with other areas the
    sheet says nothing. ``live``: made of tallies whose rows still stand.
    """

    __tablename__ = "survey_sheet"

    axis: Mapped[str] = mapped_column(String(20), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    half: Mapped[int] = mapped_column(Integer, primary_key=True)
    live: Mapped[bool] = mapped_column(Boolean, primary_key=True)
    areas: Mapped[str] = mapped_column(String(16))
    lines: Mapped[str] = mapped_column(Text)


class SurveyInstrument(Base):
    """The wording of a questionnaire as it stood when it was first used; never changed afterwards."""

    __tablename__ = "survey_instrument"

    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(Text)
    first_used_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class SurveyOptOut(Base):
    """A contact, by its keyed hash, that does not want to be asked for an opinion again."""

    __tablename__ = "survey_opt_out"

    contact_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
