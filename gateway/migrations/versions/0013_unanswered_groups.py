"""unanswered questions in groups, ratings of answers

Revision: 0013
Follows: 0012
"""

import sqlalchemy as sa
from alembic import op

from core.crypto import EncryptedJson
from core.database import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unanswered_group",
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("terms", EncryptedJson(), nullable=False),
        sa.Column("candidate", sa.String(length=40), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_unanswered_group")),
    )
    op.create_index(op.f("ix_unanswered_group_last_at"), "unanswered_group", ["last_at"])
    with op.batch_alter_table("unanswered", schema=None) as batch_op:
        batch_op.add_column(sa.Column("group_key", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("channel", sa.String(length=20), nullable=True))
        batch_op.create_index(batch_op.f("ix_unanswered_group_key"), ["group_key"])
        batch_op.create_foreign_key(
            batch_op.f("fk_unanswered_group_key_unanswered_group"), "unanswered_group", ["group_key"], ["key"]
        )
    with op.batch_alter_table("turn", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rating", sa.String(length=4), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("turn", schema=None) as batch_op:
        batch_op.drop_column("rating")
    with op.batch_alter_table("unanswered", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_unanswered_group_key_unanswered_group"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_unanswered_group_key"))
        batch_op.drop_column("channel")
        batch_op.drop_column("group_key")
    op.drop_index(op.f("ix_unanswered_group_last_at"), table_name="unanswered_group")
    op.drop_table("unanswered_group")
