"""leases; the turn of a conversation that is answered now; whose a delivery is

Revision: 0023
Follows: 0022
"""

import sqlalchemy as sa
from alembic import op

from core.database import UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_OPEN = sa.text("status IN ('waiting', 'running')")


def upgrade() -> None:
    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=26), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.add_column("conversation", sa.Column("floor_by", sa.String(length=26), nullable=True))
    op.add_column("conversation", sa.Column("floor_until", UtcDateTime(), nullable=True))
    op.add_column("inbound_delivery", sa.Column("lane", sa.String(length=64), nullable=True))
    op.create_index(
        "ix_inbound_delivery_lane",
        "inbound_delivery",
        ["lane", "position"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def downgrade() -> None:
    op.drop_index("ix_inbound_delivery_lane", table_name="inbound_delivery")
    op.drop_column("inbound_delivery", "lane")
    op.drop_column("conversation", "floor_until")
    op.drop_column("conversation", "floor_by")
    op.drop_table("lease")
