"""lanes of messages; receipts stored before they are worked on; small indexes over what is still to be done

Revision: 0008
Follows: 0007
"""

import sqlalchemy as sa
from alembic import op

import core.database

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def upgrade() -> None:
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("lane", sa.SmallInteger(), nullable=False, server_default="1"))
        batch_op.drop_index("ix_message_lease")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.alter_column("lane", server_default=None, existing_type=sa.SmallInteger())
    _partial("ix_message_queue", "message", ["lane", "due_at", "position"], "status = 'planned'")
    _partial("ix_message_expiry", "message", ["expires_at"], "status = 'planned' AND expires_at IS NOT NULL")
    _partial("ix_attempt_open", "attempt", ["started_at"], "outcome = 'open'")
    moment = core.database.UtcDateTime(timezone=True)
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reference", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("provider_message_id", sa.String(length=100), nullable=True))
        batch_op.add_column(sa.Column("work_at", moment, nullable=True))
        batch_op.alter_column("message_id", existing_type=sa.String(length=26), nullable=True)
    _partial("ix_receipt_waiting", "receipt", ["work_at"], "work_at IS NOT NULL")


def downgrade() -> None:
    op.drop_index("ix_receipt_waiting", table_name="receipt")
    op.execute("DELETE FROM receipt WHERE message_id IS NULL")
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.alter_column("message_id", existing_type=sa.String(length=26), nullable=False)
        batch_op.drop_column("work_at")
        batch_op.drop_column("provider_message_id")
        batch_op.drop_column("reference")
    op.drop_index("ix_attempt_open", table_name="attempt")
    op.drop_index("ix_message_expiry", table_name="message")
    op.drop_index("ix_message_queue", table_name="message")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_lease", ["lease_until"])
        batch_op.drop_column("lane")
