"""The invented accounts of the sandbox, and the environment that makes the product use them."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field

from dossiers.vocabularies import NOTIFIED

WAIT_SECONDS = 12.0
"""How long a receipt is waited for on the sandbox; half an hour and two hours where people live."""
_WAIT_MINUTES = str(WAIT_SECONDS / 60)
SHORT_WAITS = {
    "MOTCUA_ZALO__RECEIPT_MINUTES": _WAIT_MINUTES,
    "MOTCUA_ESMS__RECEIPT_MINUTES": _WAIT_MINUTES,
    "MOTCUA_TWILIO__RECEIPT_MINUTES": _WAIT_MINUTES,
    "MOTCUA_ESMS__TIMEOUT_SECONDS": "4",
    "MOTCUA_ESMS__HAND_OVER_AGAIN": "1",
    "MOTCUA_DOUBT_ASKED_AFTER_SECONDS": "3",
    "MOTCUA_DOUBT_MINUTES": _WAIT_MINUTES,
}
"""Settings with which a newcomer sees within a minute what takes hours with people's telephones."""


def _secret(kind: str) -> str:
    return f"sandbox-{kind}-{secrets.token_hex(12)}"


@dataclass(frozen=True)
class Accounts:
    """Fresh secrets for every run; nothing outside this machine knows them."""

    zalo_app_id: str = "360846524940903967"
    zalo_oa_id: str = "388613280878808645"
    zalo_app_secret: str = field(default_factory=lambda: _secret("app"))
    zalo_webhook_secret: str = field(default_factory=lambda: _secret("webhook"))
    twilio_sid: str = "AC" + "5" * 32
    twilio_token: str = field(default_factory=lambda: secrets.token_hex(16))
    esms_key: str = field(default_factory=lambda: _secret("esms-key"))
    esms_secret: str = field(default_factory=lambda: _secret("esms-secret"))
    esms_callback: str = field(default_factory=lambda: secrets.token_hex(16))
    sms_in_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    brandname: str = "MOTCUA"
    telegram_token: str = field(default_factory=lambda: f"123456789:{secrets.token_hex(17)}A")
    telegram_secret: str = field(default_factory=lambda: secrets.token_hex(16))

    @classmethod
    def from_json(cls, text: str) -> Accounts:
        return cls(**json.loads(text))

    def to_json(self) -> str:
        return json.dumps(self.__dict__)

    def environment(self, sandbox_url: str, *, smtp_port: int) -> dict[str, str]:
        """Settings of the product with which every provider talks to the sandbox."""
        zalo = {
            "APP_ID": self.zalo_app_id,
            "OA_ID": self.zalo_oa_id,
            "APP_SECRET": self.zalo_app_secret,
            "WEBHOOK_SECRET": self.zalo_webhook_secret,
            "OAUTH_URL": f"{sandbox_url}/zalo-oauth",
            "OPENAPI_URL": f"{sandbox_url}/zalo-openapi",
            "BUSINESS_URL": f"{sandbox_url}/zalo-business",
            "TEMPLATES": json.dumps(TEMPLATE_BINDINGS),
            "TEMPLATE_BY_USER_PATH": "/message/template",
            "PRICE_VND": "200",
        }
        esms = {
            "API_KEY": self.esms_key,
            "SECRET_KEY": self.esms_secret,
            "BRANDNAME": self.brandname,
            "CALLBACK_SECRET": self.esms_callback,
            "BASE_URL": f"{sandbox_url}/esms",
        }
        telegram = {
            "TOKEN": self.telegram_token,
            "WEBHOOK_SECRET": self.telegram_secret,
            "USERNAME": "motcua_thu_bot",
            "BASE_URL": f"{sandbox_url}/telegram",
        }
        twilio = {
            "ACCOUNT_SID": self.twilio_sid,
            "AUTH_TOKEN": self.twilio_token,
            "SENDER": self.brandname,
            "SENDER_IN_TEXT": "false",
            "BASE_URL": f"{sandbox_url}/twilio",
        }
        groups = {"ZALO": zalo, "ESMS": esms, "TELEGRAM": telegram, "TWILIO": twilio}
        groups["SMS_IN"] = {"SECRET": self.sms_in_secret, "OFFICE": "UBND P.Quy Nhơn"}
        if smtp_port:
            groups["SMTP"] = {
                "HOST": "127.0.0.1",
                "PORT": str(smtp_port),
                "SECURITY": "none",
                "SENDER": "mot-cua@example.gov.vn",
            }
        found = {"MOTCUA_SANDBOX_URL": sandbox_url}
        for group, keys in groups.items():
            found |= {f"MOTCUA_{group}__{key}": value for key, value in keys.items()}
        return found


_PROGRESS = {
    "template_id": "623794",
    "parameters": {
        "ten": "applicant_name",
        "ma_ho_so": "dossier_code",
        "trang_thai": "status",
        "co_quan": "unit",
        "ngay_hen": "due_at",
    },
}
_FEE = {
    "template_id": "623795",
    "parameters": {
        "ten": "applicant_name",
        "ma_ho_so": "dossier_code",
        "so_tien": "fees_total",
        "ngay_hen": "due_at",
    },
}
TEMPLATE_BINDINGS = {
    **{kind.short: _PROGRESS for kind in NOTIFIED},
    "fee_due": _FEE,
    "financial_duty": _FEE,
}
"""Which template of the sandbox carries which event."""
