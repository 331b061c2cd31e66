"""complaints from receipt to rating; tasks found by their dossier

Revision: 0016
Follows: 0015
"""

import sqlalchemy as sa
from alembic import op

from core.crypto import EncryptedText
from core.database import UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_ADDED = (
    ("category", sa.String(length=60)),
    ("place", EncryptedText()),
    ("about_name", EncryptedText()),
    ("about_staff", sa.String(length=26)),
    ("accept_by", sa.Date()),
    ("forwarded_to", sa.String(length=200)),
    ("forwarded_at", UtcDateTime()),
    ("rating", sa.Integer()),
    ("rated_at", UtcDateTime()),
    ("public_question", sa.Text()),
    ("public_answer", sa.Text()),
    ("published_at", UtcDateTime()),
)
_INDICES = (
    ("ix_complaint_due", ["status", "due_on"]),
    ("ix_complaint_dossier", ["dossier_code"]),
    ("ix_complaint_created", ["created_at"]),
)


def upgrade() -> None:
    with op.batch_alter_table("complaint", schema=None) as batch_op:
        for name, kind in _ADDED:
            batch_op.add_column(sa.Column(name, kind, nullable=True))
        batch_op.add_column(sa.Column("is_complex", sa.Boolean(), nullable=False, server_default=sa.false()))
        for name, columns in _INDICES:
            batch_op.create_index(name, columns)
    op.create_index("ix_unit_task_dossier", "unit_task", ["dossier_code"])


def downgrade() -> None:
    op.drop_index("ix_unit_task_dossier", table_name="unit_task")
    with op.batch_alter_table("complaint", schema=None) as batch_op:
        for name, _ in _INDICES:
            batch_op.drop_index(name)
        batch_op.drop_column("is_complex")
        for name, _ in reversed(_ADDED):
            batch_op.drop_column(name)
