"""what carriers and Zalo have approved

Revision: 0024
Follows: 0023
"""

import sqlalchemy as sa
from alembic import op

import core.database

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "template_approval",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("words_sha", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("at", core.database.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template_approval")),
    )
    with op.batch_alter_table("template_approval", schema=None) as batch_op:
        batch_op.create_index("ix_template_approval_words", ["key", "words_sha"], unique=False)


def downgrade() -> None:
    op.drop_table("template_approval")
