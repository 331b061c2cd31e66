"""verification code of a message; sealed head of each ledger chain

Revision: 0003
Follows: 0002
"""

import sqlalchemy as sa
from alembic import op

import core.database
from core.database import utc_now
from notifications.chain import seal_of

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("verification_code", sa.String(length=8), nullable=True))
        batch_op.create_index("ix_message_verification_code", ["verification_code"], unique=False)
    head = op.create_table(
        "ledger_head",
        sa.Column("chain", sa.String(length=80), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("updated_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_ledger_head")),
    )
    # What stands there is sealed as it is: from now on it cannot be changed unseen.
    last = sa.text(
        "SELECT e.chain, e.number, e.hash FROM ledger_entry e JOIN "
        "(SELECT chain, max(number) AS number FROM ledger_entry GROUP BY chain) m "
        "ON m.chain = e.chain AND m.number = e.number"
    )
    rows = [
        {
            "chain": chain,
            "count": count,
            "hash": digest,
            "seal": seal_of(chain, count, digest),
            "updated_at": utc_now(),
        }
        for chain, count, digest in op.get_bind().execute(last)
    ]
    if rows:
        op.bulk_insert(head, rows)


def downgrade() -> None:
    op.drop_table("ledger_head")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("ix_message_verification_code")
        batch_op.drop_column("verification_code")
