"""What pages call the short names of the code."""

from __future__ import annotations

from collections.abc import Mapping

CHANNEL_WORDS: Mapping[str, str] = {
    "web": "Trang web",
    "webchat": "Trang web",
    "zalo": "Zalo",
    "zalo_oa": "Zalo",
    "zalo_zbs": "Zalo (tin mẫu)",
    "telegram": "Telegram",
    "sms": "SMS",
    "email": "Thư điện tử",
    "console": "Thử nội bộ",
    "cli": "Thử nội bộ",
    "api": "Hệ thống khác",
    "counter": "Tại quầy",
    "online": "Qua mạng",
    "post": "Qua bưu điện",
}
