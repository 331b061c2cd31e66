"""indexes that hold all a page counts: nothing is fetched from the table for a number

What nobody knows to have arrived is a handful of messages among millions. Late dossiers are counted with their
unit, waiting times with the moments they lie between.

Revision: 0039
Follows: 0038
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_LONGER = {
    "ix_dossier_due": ("dossier", ["closed_at", "due_at"], ["unit", "new_due_at"]),
    "ix_dossier_deadline_due_on": ("dossier_deadline", ["stopped", "due_on", "dossier_id"], ["unit"]),
    "ix_appointment_day": ("appointment", ["unit", "starts_at"], ["status", "arrived_at", "called_at"]),
}


def upgrade() -> None:
    where = sa.text("status = 'uncertain'")
    op.create_index(
        "ix_message_uncertain",
        "message",
        ["status", "created_at"],
        sqlite_where=where,
        postgresql_where=where,
    )
    for name, (table, columns, more) in _LONGER.items():
        op.drop_index(name, table_name=table)
        op.create_index(name, table, [*columns, *more])


def downgrade() -> None:
    op.drop_index("ix_message_uncertain", table_name="message")
    for name, (table, columns, _) in _LONGER.items():
        op.drop_index(name, table_name=table)
        op.create_index(name, table, columns)
