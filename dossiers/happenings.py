"""Happenings around dossiers that people are told about, besides the events that other systems send.

Whoever finds one out publishes it with ``core.events.publish``; who is told, and in which words, is decided
by the notices room. Bodies are plain JSON; days as ``2026-11-24``, moments in ISO 8601 with their zone.
"""

COMPLAINT_ANSWERED = "motcua.complaint.answered"
"""Body {"complaint_id"}; the answer stays in the complaint."""

APPOINTMENT_BOOKED = "motcua.appointment.booked"
"""Body {"appointment_id", "code", "unit", "counter", "starts_at", "phone", "conversation_id", "service"}.

``code`` is what the citizen shows at the counter; phone and conversation may be null, not both.
"""
APPOINTMENT_CANCELLED = "motcua.appointment.cancelled"
"""Body {"appointment_id"}: its reminder is not sent any more."""
