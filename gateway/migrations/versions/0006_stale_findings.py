"""tasks of staff: records that have grown old

Revision: 0006
Follows: 0005
"""

import sqlalchemy as sa
from alembic import op

import core.database

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "stale_finding",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reason_hash", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("found_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("settled_at", core.database.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stale_finding")),
        sa.UniqueConstraint("code", "reason_hash", name=op.f("uq_stale_finding_code")),
    )
    with op.batch_alter_table("stale_finding", schema=None) as batch_op:
        batch_op.create_index("ix_stale_finding_open", ["settled_at", "owner"], unique=False)


def downgrade() -> None:
    op.drop_table("stale_finding")
