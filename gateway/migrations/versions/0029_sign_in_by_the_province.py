"""signing in by the province's OpenID Connect

Revision: 0029
Follows: 0028
"""

import sqlalchemy as sa
from alembic import op

from core.crypto import EncryptedText
from core.database import UtcDateTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("staff") as table:
        table.add_column(sa.Column("province_account", EncryptedText(), nullable=True))
        table.add_column(sa.Column("province_account_hash", sa.String(length=64), nullable=True))
        table.create_unique_constraint(op.f("uq_staff_province_account_hash"), ["province_account_hash"])
    with op.batch_alter_table("staff_session") as table:
        table.add_column(sa.Column("via", sa.String(length=20), server_default="password", nullable=False))
    op.create_table(
        "spent_state",
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_spent_state")),
    )


def downgrade() -> None:
    op.drop_table("spent_state")
    with op.batch_alter_table("staff_session") as table:
        table.drop_column("via")
    with op.batch_alter_table("staff") as table:
        table.drop_constraint(op.f("uq_staff_province_account_hash"), type_="unique")
        table.drop_column("province_account_hash")
        table.drop_column("province_account")
