"""What a role may do, and where: a role held in a unit counts for the units below it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from people.models import Role


class Permission(StrEnum):
    CONTENT_READ = "content_read"
    CONTENT_EDIT = "content_edit"
    """Places, hours, aliases, general answers."""
    CONTENT_FIGURES = "content_figures"
    """Fee, time, papers and basis: what the province publishes."""
    CONTENT_APPROVE = "content_approve"
    CONTENT_HOLD = "content_hold"
    UNANSWERED = "unanswered"
    CONVERSATIONS = "conversations"
    REVIEW_TOPICS = "review_topics"
    """Name topics on which an officer approves the assistant's answers first."""
    COMPLAINTS = "complaints"
    DOSSIERS = "dossiers"
    PERSONAL_DATA = "personal_data"
    """See a phone or a name, after giving a reason."""
    PERSON_REQUESTS = "person_requests"
    """Write down what somebody asks about their own data, and see how far it is."""
    PERSON_CARRY_OUT = "person_carry_out"
    """Hand over, correct, erase: it shows all, complaints about officers too, so no officer does it."""
    TASKS = "tasks"
    APPOINTMENTS = "appointments"
    COUNTER = "counter"
    NOTICES = "notices"
    TEMPLATES = "templates"
    """Read how notices are worded."""
    TEMPLATE_STATE = "template_state"
    """Write down what carriers and Zalo approved."""
    CAMPAIGNS = "campaigns"
    EXTENSION_REASON = "extension_reason"
    EXTENSION_SIGN = "extension_sign"
    EXTENSION_NUMBER = "extension_number"
    OPINION = "opinion"
    CASES = "cases"
    """Low opinions that are being mended; never for the officer who handled the dossier."""
    REPORTS = "reports"
    MORNING = "morning"
    AUDIT = "audit"
    ACCOUNTS = "accounts"
    CHANNELS = "channels"


_P = Permission
_OFFICER = frozenset(
    {
        _P.CONTENT_READ, _P.UNANSWERED, _P.CONVERSATIONS, _P.DOSSIERS, _P.PERSONAL_DATA, _P.PERSON_REQUESTS,
        _P.TASKS, _P.APPOINTMENTS, _P.COUNTER, _P.NOTICES, _P.TEMPLATES, _P.EXTENSION_REASON,
    }
)  # fmt: skip
_EDITOR = frozenset({_P.CONTENT_READ, _P.CONTENT_EDIT, _P.UNANSWERED, _P.TEMPLATES})

ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.PROVINCIAL_EDITOR: _EDITOR | {_P.CONTENT_FIGURES},
    Role.PROVINCIAL_APPROVER: _EDITOR
    | {_P.CONTENT_FIGURES, _P.CONTENT_APPROVE, _P.CONTENT_HOLD, _P.TEMPLATE_STATE},
    Role.WARD_EDITOR: _EDITOR | {_P.CONTENT_HOLD},
    Role.OFFICER: _OFFICER,
    Role.HEAD_OF_UNIT: _OFFICER
    | {
        _P.COMPLAINTS, _P.CASES, _P.OPINION, _P.REPORTS, _P.MORNING, _P.CONTENT_HOLD, _P.CAMPAIGNS,
        _P.EXTENSION_NUMBER, _P.PERSON_CARRY_OUT, _P.TEMPLATE_STATE, _P.REVIEW_TOPICS,
    },
    Role.LEADER: frozenset(
        {
            _P.CONTENT_READ, _P.DOSSIERS, _P.COMPLAINTS, _P.CASES, _P.OPINION, _P.REPORTS, _P.MORNING,
            _P.EXTENSION_SIGN,
        }
    ),
    Role.AUDITOR: frozenset({_P.AUDIT, _P.OPINION, _P.REPORTS, _P.CONTENT_READ}),
    Role.ADMINISTRATOR: frozenset({_P.ACCOUNTS, _P.CHANNELS, _P.TEMPLATES, _P.TEMPLATE_STATE}),
}  # fmt: skip

ROLE_NAMES: Mapping[Role, str] = {
    Role.PROVINCIAL_EDITOR: "Biên tập thủ tục cấp tỉnh",
    Role.PROVINCIAL_APPROVER: "Duyệt nội dung cấp tỉnh",
    Role.WARD_EDITOR: "Biên tập nội dung phường, xã",
    Role.OFFICER: "Cán bộ một cửa",
    Role.HEAD_OF_UNIT: "Phụ trách đơn vị",
    Role.LEADER: "Lãnh đạo",
    Role.AUDITOR: "Giám sát",
    Role.ADMINISTRATOR: "Quản trị hệ thống",
}

# Who can change what citizens are told, or what others may do, proves it with a second factor.
SECOND_FACTOR_ROLES = frozenset(
    {Role.PROVINCIAL_APPROVER, Role.LEADER, Role.HEAD_OF_UNIT, Role.ADMINISTRATOR, Role.AUDITOR}
)


@dataclass(frozen=True)
class Post:
    """A role held now in a unit; ``units``: codes of that unit and of everything below it, with ``names``."""

    role: Role
    unit: str
    unit_name: str
    units: frozenset[str]
    names: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Actor:
    """Who is at the console, and with which posts."""

    staff_id: str
    username: str
    display_name: str
    posts: tuple[Post, ...]
    first_password: bool = False
    """Came in with a password that an administrator handed out: nothing opens but choosing one's own."""

    def may(self, permission: Permission, unit: str | None = None) -> bool:
        """Whether a post allows it, in ``unit`` (a code) when one is named."""
        return any(
            permission in ROLE_PERMISSIONS[post.role] and (unit is None or unit in post.units)
            for post in self.posts
        )

    def units_for(self, permission: Permission) -> frozenset[str]:
        """Codes of the units in which this is allowed."""
        found: frozenset[str] = frozenset()
        for post in self.posts:
            if permission in ROLE_PERMISSIONS[post.role]:
                found |= post.units
        return found

    def written_units_for(self, permission: Permission) -> frozenset[str]:
        """Codes and names of the units in which this is allowed: rows name a unit either way."""
        found: frozenset[str] = frozenset()
        for post in self.posts:
            if permission in ROLE_PERMISSIONS[post.role]:
                found |= post.units | post.names
        return found
