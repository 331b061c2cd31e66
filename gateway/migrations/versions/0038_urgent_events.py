"""urgent events are found among thousands; what is planned is found by the route on which it goes

Revision: 0038
Follows: 0037
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_OWN, _URGENT, _PLANNED = (sa.text(one) for one in ("source = 'motcua'", "urgent", "status = 'planned'"))


def _partial(name: str, table: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def upgrade() -> None:
    op.add_column("event", sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
    _partial("ix_event_urgent", "event", ["position"], _URGENT)
    op.drop_index("ix_event_own", table_name="event")
    op.drop_index("ix_message_queue", table_name="message")
    _partial("ix_message_queue", "message", ["status", "lane", "provider", "due_at", "position"], _PLANNED)


def downgrade() -> None:
    op.drop_index("ix_message_queue", table_name="message")
    _partial("ix_message_queue", "message", ["lane", "due_at", "position"], _PLANNED)
    _partial("ix_event_own", "event", ["position"], _OWN)
    op.drop_index("ix_event_urgent", table_name="event")
    op.drop_column("event", "urgent")
