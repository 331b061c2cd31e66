"""indexes over messages leave out what they are never asked about

A message that is settled is due no more, most are about a dossier, and most belong to no chat: three entries
less for each row, written at every change of its state and kept for years.

Revision: 0032
Follows: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_SMALLER = {
    "ix_message_due": (["status", "due_at"], "due_at IS NOT NULL"),
    "ix_message_conversation": (["conversation_id", "position"], "conversation_id IS NOT NULL"),
    "ix_message_about": (["about"], "about IS NOT NULL"),
}


def upgrade() -> None:
    for name, (columns, where) in _SMALLER.items():
        op.drop_index(name, table_name="message")
        op.create_index(
            name, "message", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
        )


def downgrade() -> None:
    for name, (columns, _) in _SMALLER.items():
        op.drop_index(name, table_name="message")
        op.create_index(name, "message", columns)
