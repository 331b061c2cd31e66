"""how fees were paid; who is the same person on two dossiers

Revision: 0034
Follows: 0033
"""

import sqlalchemy as sa
from alembic import op

from core.database import UtcDateTime

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_PAID = sa.text("paid_at IS NOT NULL")
_PERSON = sa.text("person_hash IS NOT NULL")


def upgrade() -> None:
    op.add_column("dossier", sa.Column("person_hash", sa.String(length=64), nullable=True))
    op.add_column("dossier", sa.Column("paid_at", UtcDateTime(), nullable=True))
    op.add_column("dossier", sa.Column("paid_how", sa.String(length=10), nullable=True))
    op.add_column("survey_invitation", sa.Column("person_hash", sa.String(length=64), nullable=True))
    op.create_index("ix_dossier_paid", "dossier", ["paid_at"], sqlite_where=_PAID, postgresql_where=_PAID)
    op.create_index(
        "ix_survey_invitation_person",
        "survey_invitation",
        ["person_hash", "send_at"],
        sqlite_where=_PERSON,
        postgresql_where=_PERSON,
    )


def downgrade() -> None:
    op.drop_index("ix_survey_invitation_person", table_name="survey_invitation")
    op.drop_index("ix_dossier_paid", table_name="dossier")
    op.drop_column("survey_invitation", "person_hash")
    for name in ("paid_how", "paid_at", "person_hash"):
        op.drop_column("dossier", name)
