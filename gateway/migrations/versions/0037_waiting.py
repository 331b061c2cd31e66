"""minutes waited have an interval

Revision: 0037
Follows: 0036
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("unit_figure", sa.Column("squares", sa.BigInteger(), server_default="0", nullable=False))
    op.execute(
        "UPDATE unit_figure SET squares = coalesce((SELECT sum(a.headline * a.headline) FROM survey_answer a "
        "WHERE a.instrument = 'waiting-time' AND a.month = unit_figure.month AND a.half = unit_figure.half "
        "AND a.unit = unit_figure.unit AND a.sample = unit_figure.sample), 0) "
        "WHERE figure = 'waiting_minutes'"
    )


def downgrade() -> None:
    op.drop_column("unit_figure", "squares")
