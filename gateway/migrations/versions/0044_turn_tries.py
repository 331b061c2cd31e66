"""turns that were put to the assistant again, and what was done in them

Revision: 0044
Follows: 0043
"""

import sqlalchemy as sa
from alembic import op

from core.crypto import EncryptedJson
from core.database import UtcDateTime

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "turn_try",
        sa.Column("turn_id", sa.String(length=26), nullable=False),
        sa.Column("conversation_id", sa.String(length=26), nullable=False),
        sa.Column("held_by", sa.String(length=26), nullable=False),
        sa.Column("reply", EncryptedJson(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_turn_try_conversation_id_conversation")
        ),
        sa.PrimaryKeyConstraint("turn_id", name=op.f("pk_turn_try")),
    )
    op.create_index(op.f("ix_turn_try_conversation_id"), "turn_try", ["conversation_id"])


def downgrade() -> None:
    op.drop_table("turn_try")
