"""Accounts of citizens on Zalo and Telegram, deliveries that wait, stars under a template."""

import sqlalchemy as sa
from alembic import op

from core.crypto import EncryptedText
from core.database import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "inbound_delivery",
        sa.Column("position", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("identity", sa.String(200), nullable=False),
        sa.Column("body", EncryptedText(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("error", sa.String(60)),
        sa.PrimaryKeyConstraint("position", name="pk_inbound_delivery"),
        sa.UniqueConstraint("channel", "identity", name="uq_inbound_delivery_channel"),
    )
    op.create_index("ix_inbound_delivery_due", "inbound_delivery", ["status", "due_at"])
    op.create_table(
        "chat_account",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("account", EncryptedText(), nullable=False),
        sa.Column("account_hash", sa.String(64), nullable=False),
        sa.Column("conversation_id", sa.String(26)),
        sa.Column("following", sa.Boolean()),
        sa.Column("last_in_at", UtcDateTime()),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("pushed", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_chat_account"),
        sa.UniqueConstraint("channel", "account_hash", name="uq_chat_account_channel"),
    )
    op.create_index("ix_chat_account_conversation", "chat_account", ["conversation_id"])
    op.create_table(
        "channel_refusal",
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("contact_hash", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime()),
        sa.PrimaryKeyConstraint("channel", "contact_hash", name="pk_channel_refusal"),
    )
    op.create_table(
        "link_token",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("conversation_id", sa.String(26), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("token_hash", name="pk_link_token"),
    )
    op.create_table(
        "template_rating",
        sa.Column("message_hash", sa.String(64), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("unit", sa.String(200)),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("note", EncryptedText()),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("message_hash", name="pk_template_rating"),
    )
    op.create_index("ix_template_rating_month", "template_rating", ["month", "unit"])


def downgrade() -> None:
    for table in ("template_rating", "link_token", "channel_refusal", "chat_account", "inbound_delivery"):
        op.drop_table(table)
