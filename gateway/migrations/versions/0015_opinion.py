"""opinion: half months, modes, flags; traces, tallies, figures of units, cases

Revision: 0015
Follows: 0014
"""

import sqlalchemy as sa
from alembic import op

from core.crypto import EncryptedJson, EncryptedText
from core.database import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("survey_invitation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("officer_hash", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("reached", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("closed_half", sa.Integer(), server_default="2", nullable=False))
    with op.batch_alter_table("survey_answer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("half", sa.Integer(), server_default="2", nullable=False))
        batch_op.add_column(sa.Column("mode", sa.String(length=10), server_default="link", nullable=False))
        batch_op.add_column(sa.Column("drawn", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column("flags", sa.String(length=60), server_default="", nullable=False))
        batch_op.add_column(sa.Column("factors", sa.String(length=5), server_default="-----", nullable=False))
    op.create_table(
        "survey_trace",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("erase_on", sa.Date(), nullable=False),
        sa.Column("body", EncryptedJson(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_trace")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_survey_trace_erase_on", "survey_trace", ["erase_on"])
    op.create_table(
        "survey_tally",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("axis", sa.String(length=20), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("half", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=200), nullable=False),
        sa.Column("grp", sa.String(length=200), nullable=True),
        sa.Column("instrument", sa.String(length=60), nullable=False),
        sa.Column("instrument_version", sa.Integer(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("satisfied", sa.Integer(), nullable=False),
        sa.Column("invited", sa.Integer(), nullable=False),
        sa.Column("delivered", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_tally")),
    )
    op.create_index("ix_survey_tally_month", "survey_tally", ["axis", "month"])
    op.create_table(
        "unit_figure",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("figure", sa.String(length=40), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("half", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=200), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("whole", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_figure")),
    )
    op.create_index("ix_unit_figure_month", "unit_figure", ["month", "half"])
    op.create_table(
        "portal_figure",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("figure", sa.String(length=40), nullable=False),
        sa.Column("unit", sa.String(length=200), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("loaded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_figure")),
        sa.UniqueConstraint("figure", "unit", "first_day", "last_day", name=op.f("uq_portal_figure_figure")),
    )
    op.create_table(
        "opinion_case",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("citizen_key", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=200), nullable=False),
        sa.Column("field", sa.String(length=200), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("words", EncryptedText(), nullable=True),
        sa.Column("phone", EncryptedText(), nullable=True),
        sa.Column("handler_hash", sa.String(length=64), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("called_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("closed_by", sa.String(length=60), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("told", EncryptedText(), nullable=True),
        sa.Column("helped", sa.Boolean(), nullable=True),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_case")),
        sa.UniqueConstraint("citizen_key", name=op.f("uq_opinion_case_citizen_key")),
    )
    op.create_index("ix_opinion_case_unit", "opinion_case", ["unit", "status"])
    op.create_index("ix_opinion_case_due", "opinion_case", ["due_at"])


def downgrade() -> None:
    for table in ("opinion_case", "portal_figure", "unit_figure", "survey_tally", "survey_trace"):
        op.drop_table(table)
    with op.batch_alter_table("survey_answer", schema=None) as batch_op:
        for column in ("factors", "flags", "drawn", "mode", "half"):
            batch_op.drop_column(column)
    with op.batch_alter_table("survey_invitation", schema=None) as batch_op:
        batch_op.drop_column("closed_half")
        batch_op.drop_column("reached")
        batch_op.drop_column("officer_hash")
