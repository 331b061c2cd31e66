"""dossiers by the day they came: a half month is counted without walking through every year's

Revision: 0043
Follows: 0042
"""

from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_dossier_received", "dossier", ["received_at"])


def downgrade() -> None:
    op.drop_index("ix_dossier_received", table_name="dossier")
