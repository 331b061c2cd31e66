"""drafts know what they were based on and when to go live; documents on hold

Revision: 0010
Follows: 0009
"""

import sqlalchemy as sa
from alembic import op

import core.database

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("content_version") as batch:
        batch.add_column(sa.Column("based_on", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("publish_at", core.database.UtcDateTime(timezone=True), nullable=True))
    op.create_table(
        "content_hold",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("held_by", sa.String(length=60), nullable=False),
        sa.Column("at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("lifted_by", sa.String(length=60), nullable=True),
        sa.Column("lifted_at", core.database.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_hold")),
    )
    op.create_index("ix_content_hold_open", "content_hold", ["key", "lifted_at"])


def downgrade() -> None:
    op.drop_index("ix_content_hold_open", table_name="content_hold")
    op.drop_table("content_hold")
    with op.batch_alter_table("content_version") as batch:
        batch.drop_column("publish_at")
        batch.drop_column("based_on")
