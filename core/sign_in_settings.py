"""The province's own sign-in (OpenID Connect): what an administrator gets on registering there."""

from __future__ import annotations

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field

from core.channel_settings import Secret


class OidcSettings(BaseModel):
    """Off until issuer, client id and secret are all there. The secret may be ``file:/path``."""

    model_config = ConfigDict(extra="forbid")

    issuer: str | None = Field(default=None, description="as the province writes it, byte for byte")
    client_id: str | None = None
    client_secret: Secret | None = None
    name: str = Field(default="tài khoản của tỉnh", description="what people call that account")
    scopes: str = "openid profile"
    account_claim: str = Field(
        default="preferred_username",
        description="the claim that is noted at an account here; 'email' counts only when verified",
    )
    strong_amr: tuple[str, ...] = Field(
        default=("mfa",), description="values of amr (RFC 8176) that count as a second factor"
    )
    timeout_seconds: float = Field(default=5.0, gt=0)
    leeway: timedelta = Field(default=timedelta(seconds=60), description="how far two clocks may be apart")

    @property
    def wanted(self) -> bool:
        """Somebody began to fill it in."""
        return any((self.issuer, self.client_id, self.client_secret))

    @property
    def on(self) -> bool:
        return all((self.issuer, self.client_id, self.client_secret))
