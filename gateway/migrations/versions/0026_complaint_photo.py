"""photos with a complaint

Revision: 0026
Follows: 0025
"""

import sqlalchemy as sa
from alembic import op

from core.crypto import EncryptedText
from core.database import UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "complaint_photo",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("complaint_id", sa.String(length=26), nullable=False),
        sa.Column("content", EncryptedText(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_photo_complaint_id_complaint")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_photo")),
    )
    op.create_index(op.f("ix_complaint_photo_complaint_id"), "complaint_photo", ["complaint_id"])


def downgrade() -> None:
    op.drop_table("complaint_photo")
