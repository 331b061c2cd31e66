"""what rooms published themselves is found among the events of others

Revision: 0027
Follows: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_OWN = sa.text("source = 'motcua'")


def upgrade() -> None:
    op.create_index("ix_event_own", "event", ["position"], sqlite_where=_OWN, postgresql_where=_OWN)


def downgrade() -> None:
    op.drop_index("ix_event_own", "event", sqlite_where=_OWN, postgresql_where=_OWN)
