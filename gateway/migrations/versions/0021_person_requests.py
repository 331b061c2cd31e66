"""what citizens ask about their own data; the number to call back found by its hash

Revision: 0021
Follows: 0020
"""

import sqlalchemy as sa
from alembic import op

from core.crypto import EncryptedText, keyed_hash
from core.database import UtcDateTime
from gateway.rewriting import rewrite

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person_request",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("wish", sa.String(length=10), nullable=False),
        sa.Column("contact", EncryptedText(), nullable=True),
        sa.Column("contact_hash", sa.String(length=64), nullable=False),
        sa.Column("contact_shown", sa.String(length=40), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("proved", sa.String(length=20), nullable=False),
        sa.Column("reference", sa.String(length=100), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=60), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("answered_by", sa.String(length=60), nullable=True),
        sa.Column("extended_why", sa.String(length=300), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("done_by", sa.String(length=60), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("kept", sa.JSON(), nullable=False),
        sa.Column("told", sa.String(length=500), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_request")),
    )
    op.create_index("ix_person_request_open", "person_request", ["status", "due_on"])
    op.create_index("ix_person_request_contact", "person_request", ["contact_hash"])
    op.add_column("opinion_case", sa.Column("caller_hash", sa.String(length=64), nullable=True))
    op.create_index("ix_opinion_case_caller", "opinion_case", ["caller_hash"])
    _hash_the_numbers()


def _hash_the_numbers() -> None:
    """Of cases that already have a number."""
    case = sa.table(
        "opinion_case",
        sa.column("id", sa.String),
        sa.column("phone", EncryptedText),
        sa.column("caller_hash", sa.String),
    )
    rewrite(
        case,
        case.c.id,
        (case.c.phone,),
        lambda phone: {"caller_hash": keyed_hash(keyed_hash(phone, "phone"), "opinion-caller")},
        where=case.c.phone.is_not(None) & case.c.caller_hash.is_(None),
    )


def downgrade() -> None:
    op.drop_index("ix_opinion_case_caller", table_name="opinion_case")
    with op.batch_alter_table("opinion_case") as batch_op:
        batch_op.drop_column("caller_hash")
    op.drop_table("person_request")
