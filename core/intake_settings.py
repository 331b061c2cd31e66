"""Where dossier events come from besides the API: a folder, and another system that is asked."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from core.channel_settings import Secret


class IgateSettings(BaseModel):
    """The look-up of a province's iGate. Off until address and account are given.

    ``statuses`` maps that province's own words for a status to our short names of events; words of the
    national portal and of the province's Zalo account are known already.
    """

    model_config = ConfigDict(extra="forbid")

    api_url: str | None = None
    auth_url: str | None = None
    realm: str = "digo"
    client_id: str | None = None
    client_secret: Secret | None = None
    every_minutes: int = Field(default=15, ge=1, le=1440)
    most_a_round: int = Field(default=300, ge=1, le=10_000)
    at_once: int = Field(default=4, ge=1, le=20)
    timeout_seconds: float = Field(default=10.0, gt=0)
    statuses: dict[str, str] = {}

    @property
    def missing(self) -> list[str]:
        wanted = ("api_url", "auth_url", "client_id", "client_secret")
        return [name for name in wanted if getattr(self, name) is None]
