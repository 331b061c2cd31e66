"""staff sessions and failed sign-ins

Revision: 0007
Follows: 0006
"""

import sqlalchemy as sa
from alembic import op

import core.database

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "staff_session",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("staff_id", sa.String(length=26), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("seen_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", core.database.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_session_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_session_token_hash")),
    )
    op.create_index(op.f("ix_staff_session_staff_id"), "staff_session", ["staff_id"])
    op.create_table(
        "sign_in_trouble",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("subject_hash", sa.String(length=64), nullable=False),
        sa.Column("at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_trouble")),
    )
    op.create_index("ix_sign_in_trouble_subject", "sign_in_trouble", ["subject_hash", "at"])
    with op.batch_alter_table("staff") as batch:
        batch.add_column(
            sa.Column("second_factor_due", sa.Boolean(), nullable=False, server_default=sa.true())
        )


def downgrade() -> None:
    with op.batch_alter_table("staff") as batch:
        batch.drop_column("second_factor_due")
    op.drop_index("ix_sign_in_trouble_subject", table_name="sign_in_trouble")
    op.drop_table("sign_in_trouble")
    op.drop_index(op.f("ix_staff_session_staff_id"), table_name="staff_session")
    op.drop_table("staff_session")
