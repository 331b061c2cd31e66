"""The province's sign-in as the settings describe it."""

from __future__ import annotations

from core.settings import Settings
from gateway.console.entrance import BY_PROVINCE
from gateway.providers import public_address
from wire.oidc import OidcClient


def sign_in_by_province(settings: Settings) -> OidcClient | None:
    """None where it is not set up, or nobody could be sent back to us."""
    if not settings.oidc.on or not settings.public_url:
        return None
    return OidcClient(settings.oidc, f"{public_address(settings)}{BY_PROVINCE}/ve")
