"""half months of opinions added up to what pages show; survey messages are found by when they arrived

Revision: 0033
Follows: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_SURVEYS = sa.text("purpose = 'survey' AND link_ref IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "survey_sheet",
        sa.Column("axis", sa.String(length=20), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("half", sa.Integer(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("areas", sa.String(length=16), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("axis", "month", "half", "live", name=op.f("pk_survey_sheet")),
    )
    op.create_index(
        "ix_message_survey", "message", ["settled_at"], sqlite_where=_SURVEYS, postgresql_where=_SURVEYS
    )


def downgrade() -> None:
    op.drop_index("ix_message_survey", table_name="message")
    op.drop_table("survey_sheet")
