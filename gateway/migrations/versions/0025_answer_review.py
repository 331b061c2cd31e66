"""topics whose answers an officer approves first, and the answers that wait

Revision: 0025
Follows: 0024
"""

import sqlalchemy as sa
from alembic import op

from core.crypto import EncryptedJson, EncryptedText
from core.database import UtcDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reviewed_topic",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("out_of_hours", sa.String(length=8), nullable=False),
        sa.Column("set_by", sa.String(length=60), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.Column("ended_by", sa.String(length=60), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviewed_topic")),
    )
    op.create_index("ix_reviewed_topic_open", "reviewed_topic", ["ended_at", "kind", "value"])
    op.create_table(
        "held_answer",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("conversation_id", sa.String(length=26), nullable=False),
        sa.Column("turn_id", sa.String(length=26), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("question", EncryptedText(), nullable=False),
        sa.Column("reply", EncryptedJson(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("answer_by", UtcDateTime(), nullable=False),
        sa.Column("held_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.String(length=26), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_held_answer_conversation_id_conversation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_answer")),
        sa.UniqueConstraint("turn_id", name=op.f("uq_held_answer_turn_id")),
    )
    op.create_index(op.f("ix_held_answer_conversation_id"), "held_answer", ["conversation_id"])
    op.create_index("ix_held_answer_open", "held_answer", ["status", "unit", "held_at"])


def downgrade() -> None:
    op.drop_table("held_answer")
    op.drop_table("reviewed_topic")
