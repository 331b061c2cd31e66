"""appointments: hours of counters, and who comes

Revision: 0017
Follows: 0016
"""

import sqlalchemy as sa
from alembic import op

from core.crypto import EncryptedText
from core.database import UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "counter_plan",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("unit", sa.String(length=200), nullable=False),
        sa.Column("counter", sa.String(length=60), nullable=False),
        sa.Column("service", sa.String(length=200), nullable=True),
        sa.Column("weekdays", sa.String(length=7), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter_plan")),
    )
    op.create_index("ix_counter_plan_unit", "counter_plan", ["unit", "active"])
    op.create_table(
        "appointment",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("plan_id", sa.String(length=26), nullable=False),
        sa.Column("unit", sa.String(length=200), nullable=False),
        sa.Column("counter", sa.String(length=60), nullable=False),
        sa.Column("service", sa.String(length=200), nullable=True),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("phone", EncryptedText(), nullable=True),
        sa.Column("phone_hash", sa.String(length=64), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("booked_at", UtcDateTime(), nullable=False),
        sa.Column("arrived_at", UtcDateTime(), nullable=True),
        sa.Column("called_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["counter_plan.id"], name=op.f("fk_appointment_plan_id_counter_plan")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("code", name=op.f("uq_appointment_code")),
    )
    op.create_index("ix_appointment_slot", "appointment", ["plan_id", "starts_at"])
    op.create_index("ix_appointment_day", "appointment", ["unit", "starts_at"])
    op.create_index("ix_appointment_phone", "appointment", ["phone_hash", "starts_at"])


def downgrade() -> None:
    op.drop_table("appointment")
    op.drop_table("counter_plan")
