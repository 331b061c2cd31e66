"""consents, tasks of units, campaigns

Revision: 0002
Follows: 0001
"""

import sqlalchemy as sa
from alembic import op

import core.crypto
import core.database

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "campaign",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("unit", sa.String(length=200), nullable=False),
        sa.Column("body", core.crypto.EncryptedText(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("cost", sa.Integer(), nullable=False),
        sa.Column("start_at", core.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.String(length=60), nullable=False),
        sa.Column("created_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("name", name=op.f("uq_campaign_name")),
    )
    op.create_table(
        "contact_block",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("contact_hash", sa.String(length=64), nullable=False),
        sa.Column("dossier_code", sa.String(length=60), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", core.database.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_block")),
    )
    with op.batch_alter_table("contact_block", schema=None) as batch_op:
        batch_op.create_index("ix_contact_block_contact", ["contact_hash", "dossier_code"], unique=False)

    op.create_table(
        "contact_choice",
        sa.Column("contact_hash", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("contact_hash", name=op.f("pk_contact_choice")),
    )
    op.create_table(
        "guest",
        sa.Column("contact_hash", sa.String(length=64), nullable=False),
        sa.Column("shown", sa.String(length=40), nullable=False),
        sa.Column("added_by", sa.String(length=60), nullable=False),
        sa.Column("at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("contact_hash", name=op.f("pk_guest")),
    )
    op.create_table(
        "switch",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("on", sa.Boolean(), nullable=False),
        sa.Column("changed_by", sa.String(length=60), nullable=False),
        sa.Column("at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_switch")),
    )
    op.create_table(
        "campaign_recipient",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("campaign_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("contact_hash", sa.String(length=64), nullable=False),
        sa.Column("phone", core.crypto.EncryptedText(), nullable=False),
        sa.Column("values", core.crypto.EncryptedJson(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_recipient_campaign_id_campaign")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_recipient")),
        sa.UniqueConstraint("campaign_id", "contact_hash", name=op.f("uq_campaign_recipient_campaign_id")),
    )
    with op.batch_alter_table("campaign_recipient", schema=None) as batch_op:
        batch_op.create_index("ix_campaign_recipient_state", ["campaign_id", "state", "number"], unique=False)

    op.create_table(
        "unit_task",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("message_id", sa.String(length=26), nullable=False),
        sa.Column("unit", sa.String(length=200), nullable=True),
        sa.Column("dossier_code", sa.String(length=60), nullable=True),
        sa.Column("reason", sa.String(length=30), nullable=False),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("note", core.crypto.EncryptedText(), nullable=True),
        sa.Column("done_by", sa.String(length=60), nullable=True),
        sa.Column("created_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("done_at", core.database.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_unit_task_message_id_message")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_task")),
        sa.UniqueConstraint("message_id", name=op.f("uq_unit_task_message_id")),
    )
    with op.batch_alter_table("unit_task", schema=None) as batch_op:
        batch_op.create_index("ix_unit_task_open", ["status", "unit", "due_on"], unique=False)

    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.add_column(sa.Column("source", sa.String(length=20), nullable=False, server_default="form"))
        batch_op.add_column(sa.Column("actor", sa.String(length=60), nullable=True))

    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("about", sa.String(length=60), nullable=True))
        batch_op.add_column(sa.Column("text_hash", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("cost", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("any_hour", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_index("ix_message_about", ["about"], unique=False)
        batch_op.create_index("ix_message_recipient", ["recipient_hash", "created_at"], unique=False)
        batch_op.create_index("ix_message_spent", ["created_at", "status", "cost"], unique=False)


def downgrade() -> None:

    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("ix_message_spent")
        batch_op.drop_index("ix_message_recipient")
        batch_op.drop_index("ix_message_about")
        batch_op.drop_column("any_hour")
        batch_op.drop_column("cost")
        batch_op.drop_column("text_hash")
        batch_op.drop_column("about")

    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_column("actor")
        batch_op.drop_column("source")

    with op.batch_alter_table("unit_task", schema=None) as batch_op:
        batch_op.drop_index("ix_unit_task_open")

    op.drop_table("unit_task")
    with op.batch_alter_table("campaign_recipient", schema=None) as batch_op:
        batch_op.drop_index("ix_campaign_recipient_state")

    op.drop_table("campaign_recipient")
    op.drop_table("switch")
    op.drop_table("guest")
    op.drop_table("contact_choice")
    with op.batch_alter_table("contact_block", schema=None) as batch_op:
        batch_op.drop_index("ix_contact_block_contact")

    op.drop_table("contact_block")
    op.drop_table("campaign")
