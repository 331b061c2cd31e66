"""How long what is known of people is kept, in days; a deployment may shorten or lengthen each."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class RetentionSettings(BaseModel):
    """The law binds keeping to its purpose (Law 91/2025/QH15, article 4) and names no number of days.

    ``conversations_days`` run from the last turn, ``messages_days`` from the writing of a message,
    ``dossiers_days`` from the closing of a dossier, ``proofs_days`` from the day an answer about consent was
    replaced by another.
    """

    model_config = ConfigDict(extra="forbid")

    conversations_days: int = Field(default=365, ge=1)
    messages_days: int = Field(default=730, ge=1)
    dossiers_days: int = Field(default=730, ge=1)
    proofs_days: int = Field(default=730, ge=365)
    survey_words_days: int = Field(default=365, ge=1)
    technical_days: int = Field(default=30, ge=1, description="tries, used links, ended sessions, old codes")
