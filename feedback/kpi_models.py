"""Figures of units that need no questionnaire, kept by half month so that a year is a sum of few rows."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Boolean, Date, Float, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, UtcDateTime, new_id, utc_now


class Figure(StrEnum):
    """What is counted: ``part`` of ``whole``. Each is defined in ``feedback.definitions``."""

    ON_TIME = "on_time"
    LAND_ON_TIME = "land_certificates_on_time"
    ONLINE = "online_share"
    ONLINE_PAYMENT = "online_payment_share"
    CASHLESS = "cashless_share"
    POST = "post_return_share"
    REFLECTIONS_ON_TIME = "reflections_on_time"
    WAITING_MINUTES = "waiting_minutes"
    D766_PROCEDURES = "d766_procedures"


class PortalFigure(Base):
    """What another system, such as the national portal, says of the same; ``value`` in percent or minutes."""

    __tablename__ = "portal_figure"
    __table_args__ = (UniqueConstraint("figure", "unit", "first_day", "last_day"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    figure: Mapped[str] = mapped_column(String(40))
    unit: Mapped[str] = mapped_column(String(200))
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    value: Mapped[float] = mapped_column(Float)
    source: Mapped[str] = mapped_column(String(200))
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class ClosedDossiers(Base):
    """How many dossiers were handed over in a half month: the frame that answers are weighted to."""

    __tablename__ = "closed_dossiers"
    __table_args__ = (Index("ix_closed_dossiers_month", "month", "half"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    month: Mapped[str] = mapped_column(String(7))
    half: Mapped[int] = mapped_column(Integer)
    unit: Mapped[str] = mapped_column(String(200))
    field: Mapped[str | None] = mapped_column(String(200))
    channel: Mapped[str | None] = mapped_column(String(20))
    sample: Mapped[bool] = mapped_column(Boolean)
    n: Mapped[int] = mapped_column(Integer)


class UnitFigure(Base):
    """``left_out`` could not be judged, such as dossiers without a due date. ``squares``: of minutes, the sum
    of their squares, by which a mean has an interval; 0 where it is not known.
    """

    __tablename__ = "unit_figure"
    __table_args__ = (Index("ix_unit_figure_month", "month", "half"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    figure: Mapped[str] = mapped_column(String(40))
    month: Mapped[str] = mapped_column(String(7))
    half: Mapped[int] = mapped_column(Integer)
    unit: Mapped[str] = mapped_column(String(200))
    sample: Mapped[bool] = mapped_column(Boolean)
    part: Mapped[int] = mapped_column(Integer)
    whole: Mapped[int] = mapped_column(Integer)
    left_out: Mapped[int] = mapped_column(Integer, default=0)
    squares: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
