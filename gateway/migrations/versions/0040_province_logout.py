"""sessions that the province may end

Revision: 0040
Follows: 0039
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_COLUMNS = ("province_subject_hash", "province_session_hash")


def upgrade() -> None:
    with op.batch_alter_table("staff_session") as table:
        for name in _COLUMNS:
            table.add_column(sa.Column(name, sa.String(length=64), nullable=True))
            table.create_index(op.f(f"ix_staff_session_{name}"), [name])


def downgrade() -> None:
    with op.batch_alter_table("staff_session") as table:
        for name in reversed(_COLUMNS):
            table.drop_index(op.f(f"ix_staff_session_{name}"))
            table.drop_column(name)
