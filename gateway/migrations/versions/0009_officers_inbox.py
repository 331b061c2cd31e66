"""hand-overs in an officer's hands, notes on conversations

Revision: 0009
Follows: 0008
"""

import sqlalchemy as sa
from alembic import op

import core.crypto
import core.database

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conversation_note",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("conversation_id", sa.String(length=26), nullable=False),
        sa.Column("author", sa.String(length=26), nullable=False),
        sa.Column("text", core.crypto.EncryptedText(), nullable=False),
        sa.Column("at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_conversation_note_conversation_id_conversation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation_note")),
    )
    op.create_index(op.f("ix_conversation_note_conversation_id"), "conversation_note", ["conversation_id"])
    with op.batch_alter_table("handover") as batch:
        batch.add_column(sa.Column("unit", sa.String(length=40), nullable=True))
        batch.add_column(sa.Column("taken_by", sa.String(length=26), nullable=True))
        batch.add_column(sa.Column("taken_at", core.database.UtcDateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("closed_at", core.database.UtcDateTime(timezone=True), nullable=True))
    op.create_index("ix_handover_open", "handover", ["status", "created_at"])
    op.create_index(op.f("ix_handover_unit"), "handover", ["unit"])


def downgrade() -> None:
    op.drop_index(op.f("ix_handover_unit"), table_name="handover")
    op.drop_index("ix_handover_open", table_name="handover")
    with op.batch_alter_table("handover") as batch:
        batch.drop_column("closed_at")
        batch.drop_column("taken_at")
        batch.drop_column("taken_by")
        batch.drop_column("unit")
    op.drop_index(op.f("ix_conversation_note_conversation_id"), table_name="conversation_note")
    op.drop_table("conversation_note")
