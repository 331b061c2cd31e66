"""first passwords that run out, codes that open once

Revision: 0035
Follows: 0034
"""

import sqlalchemy as sa
from alembic import op

from core.database import UtcDateTime

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff", sa.Column("first_password_until", UtcDateTime(), nullable=True))
    op.add_column("staff", sa.Column("totp_step", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("staff", "totp_step")
    op.drop_column("staff", "first_password_until")
