"""room in PostgreSQL's pages for what changes

Revision: 0041
Follows: 0040

New pages alone are filled less; nothing is rewritten, and nobody waits.
"""

from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

_FILL = {"message": 60, "ledger_head": 50}


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table, percent in _FILL.items():
            op.execute(f"ALTER TABLE {table} SET (fillfactor = {percent})")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in _FILL:
            op.execute(f"ALTER TABLE {table} RESET (fillfactor)")
