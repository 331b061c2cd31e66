"""Every table of the product, imported so that the metadata knows them all."""

from conversations import models as conversations
from conversations import review_models as reviews
from core import content, content_mirror, event_reading, events, generations, inbox, jobs, leases, trials
from dossiers import appointment_models as appointments
from dossiers import deadline_models as deadlines
from dossiers import models as dossiers
from feedback import case_models, kpi_models, template_ratings
from feedback import models as feedback
from knowledge import models as knowledge
from notifications import approval_models as approvals
from notifications import desk_models as notices_desk
from notifications import models as notifications
from people import audit_models, chat_accounts, citizen_models, person_requests
from people import models as people
from wire.zalo import models as zalo

ROOMS = (
    content,
    content_mirror,
    generations,
    events,
    event_reading,
    jobs,
    leases,
    trials,
    inbox,
    people,
    audit_models,
    citizen_models,
    chat_accounts,
    person_requests,
    dossiers,
    deadlines,
    appointments,
    knowledge,
    notifications,
    notices_desk,
    approvals,
    feedback,
    template_ratings,
    kpi_models,
    case_models,
    conversations,
    reviews,
    zalo,
)
