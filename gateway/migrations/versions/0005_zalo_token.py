"""The token pair of a Zalo account."""

import sqlalchemy as sa
from alembic import op

from core.crypto import EncryptedText
from core.database import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "zalo_token",
        sa.Column("oa_id", sa.String(40), nullable=False),
        sa.Column("access_token", EncryptedText(), nullable=False),
        sa.Column("refresh_token", EncryptedText(), nullable=False),
        sa.Column("access_expires_at", UtcDateTime(), nullable=False),
        sa.Column("refresh_expires_at", UtcDateTime(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String(40)),
        sa.Column("claimed_until", UtcDateTime()),
        sa.Column("asked_at", UtcDateTime()),
        sa.Column("failure", sa.String(60)),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("oa_id", name="pk_zalo_token"),
    )


def downgrade() -> None:
    op.drop_table("zalo_token")
