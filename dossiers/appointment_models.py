"""Tables of appointments: which counter takes people when, and who comes."""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Time
from sqlalchemy.orm import Mapped, mapped_column

from core.crypto import EncryptedText
from core.database import Base, UtcDateTime, new_id, utc_now


class CounterPlan(Base):
    """A counter's hours for appointments, on some weekdays, in slots of ``minutes`` for ``places`` people.

    ``weekdays``: digits of ISO weekdays, Monday is 1. ``unit``: name of the unit.
    """

    __tablename__ = "counter_plan"
    __table_args__ = (Index("ix_counter_plan_unit", "unit", "active"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    unit: Mapped[str] = mapped_column(String(200))
    counter: Mapped[str] = mapped_column(String(60))
    service: Mapped[str | None] = mapped_column(String(200))
    weekdays: Mapped[str] = mapped_column(String(7))
    opens: Mapped[time] = mapped_column(Time)
    closes: Mapped[time] = mapped_column(Time)
    minutes: Mapped[int] = mapped_column(Integer)
    places: Mapped[int] = mapped_column(Integer)
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class Appointment(Base):
    """Somebody comes at ``starts_at``. ``arrived_at`` to ``called_at`` is how long they waited."""

    __tablename__ = "appointment"
    __table_args__ = (
        Index("ix_appointment_slot", "plan_id", "starts_at"),
        # With all that the waiting times of a month are counted from.
        Index("ix_appointment_day", "unit", "starts_at", "status", "arrived_at", "called_at"),
        Index("ix_appointment_phone", "phone_hash", "starts_at"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(6), unique=True)
    plan_id: Mapped[str] = mapped_column(ForeignKey("counter_plan.id"))
    unit: Mapped[str] = mapped_column(String(200))
    counter: Mapped[str] = mapped_column(String(60))
    service: Mapped[str | None] = mapped_column(String(200))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    phone: Mapped[str | None] = mapped_column(EncryptedText)
    phone_hash: Mapped[str | None] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(10))
    booked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    arrived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    called_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
