"""half months of opinions as numbers while their rows still stand

Revision: 0028
Follows: 0027
"""

import sqlalchemy as sa
from alembic import op

from core.database import UtcDateTime

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


_INDEXES = (
    ("ix_survey_answer_month", "survey_answer", "month", "half"),
    ("ix_survey_invitation_month", "survey_invitation", "closed_month", "closed_half"),
)


def upgrade() -> None:
    for name, table, month, half in _INDEXES:
        op.drop_index(name, table_name=table)
        op.create_index(name, table, [month, half, "instrument"])
    op.create_table(
        "survey_half",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("half", sa.Integer(), nullable=False),
        sa.Column("counted_at", UtcDateTime(), nullable=True),
        sa.Column("changed", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("turn", sa.String(length=26), nullable=True),
        sa.PrimaryKeyConstraint("month", "half", name=op.f("pk_survey_half")),
    )
    op.create_table(
        "closed_dossiers",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("half", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=200), nullable=False),
        sa.Column("field", sa.String(length=200), nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=True),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_dossiers")),
    )
    op.create_index("ix_closed_dossiers_month", "closed_dossiers", ["month", "half"])
    with op.batch_alter_table("survey_tally") as batch:
        batch.add_column(sa.Column("live", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch.alter_column("grp", existing_type=sa.String(length=200), type_=sa.String(length=300))


def downgrade() -> None:
    for name, table, month, _ in _INDEXES:
        op.drop_index(name, table_name=table)
        op.create_index(name, table, [month, "instrument"])
    op.execute("DELETE FROM survey_tally WHERE live")
    with op.batch_alter_table("survey_tally") as batch:
        batch.alter_column("grp", existing_type=sa.String(length=300), type_=sa.String(length=200))
        batch.drop_column("live")
    op.drop_index("ix_closed_dossiers_month", table_name="closed_dossiers")
    op.drop_table("closed_dossiers")
    op.drop_table("survey_half")
