"""what was done about a group of unanswered questions

Revision: 0014
Follows: 0013
"""

import sqlalchemy as sa
from alembic import op

from core.crypto import EncryptedJson
from core.database import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("unanswered_group", schema=None) as batch_op:
        batch_op.add_column(sa.Column("status", sa.String(length=12), nullable=False, server_default="open"))
        batch_op.add_column(sa.Column("mend", EncryptedJson(), nullable=True))
        batch_op.add_column(sa.Column("mend_version", sa.String(length=26), nullable=True))
        batch_op.add_column(sa.Column("handled_by", sa.String(length=60), nullable=True))
        batch_op.add_column(sa.Column("handled_at", UtcDateTime(), nullable=True))
        batch_op.create_index(batch_op.f("ix_unanswered_group_mend_version"), ["mend_version"])


def downgrade() -> None:
    with op.batch_alter_table("unanswered_group", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unanswered_group_mend_version"))
        for name in ("handled_at", "handled_by", "mend_version", "mend", "status"):
            batch_op.drop_column(name)
