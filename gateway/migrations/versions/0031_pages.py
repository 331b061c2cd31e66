"""indexes in the order in which the pages of staff list things

Revision: 0031
Follows: 0030
"""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_NEW = {
    "ix_audit_entry_at": ("audit_entry", ["at", "id"]),
    "ix_audit_entry_actor": ("audit_entry", ["actor", "at", "id"]),
    "ix_audit_entry_action": ("audit_entry", ["action", "at", "id"]),
    "ix_content_version_status": ("content_version", ["status", "created_at"]),
    "ix_complaint_unit_created": ("complaint", ["unit", "created_at", "id"]),
    "ix_complaint_published": ("complaint", ["published_at"]),
    "ix_dossier_unit_closed": ("dossier", ["unit", "closed_at"]),
    "ix_handover_conversation": ("handover", ["conversation_id"]),
    "ix_opinion_case_closed": ("opinion_case", ["status", "closed_at", "id"]),
    "ix_person_request_done": ("person_request", ["done_at"]),
    "ix_unanswered_group_biggest": ("unanswered_group", ["status", "count", "last_at", "key"]),
    "ix_unanswered_newest": ("unanswered", ["group_key", "at"]),
    "ix_unit_task_done": ("unit_task", ["done_at", "id"]),
    "ix_unit_task_due": ("unit_task", ["status", "due_on", "id"]),
}
_LONGER = {
    "ix_complaint_created": ("complaint", ["created_at"], ["created_at", "id"]),
    "ix_dossier_deadline_due_on": (
        "dossier_deadline",
        ["stopped", "due_on"],
        ["stopped", "due_on", "dossier_id"],
    ),
    "ix_handover_open": ("handover", ["status", "created_at"], ["status", "created_at", "id"]),
}
_SHORT = "ix_unanswered_group_key"


def upgrade() -> None:
    for name, (table, columns) in _NEW.items():
        op.create_index(name, table, columns)
    for name, (table, _, columns) in _LONGER.items():
        op.drop_index(name, table_name=table)
        op.create_index(name, table, columns)
    op.drop_index(_SHORT, table_name="unanswered")


def downgrade() -> None:
    op.create_index(_SHORT, "unanswered", ["group_key"])
    for name, (table, columns, _) in _LONGER.items():
        op.drop_index(name, table_name=table)
        op.create_index(name, table, columns)
    for name, (table, _) in reversed(_NEW.items()):
        op.drop_index(name, table_name=table)
