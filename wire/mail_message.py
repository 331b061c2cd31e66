"""A notice as a mail: plain words and the same in the look of the house, headers that machines understand."""

from __future__ import annotations

import html
import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from core.crypto import keyed_hash
from wire.provider import OutgoingNotice

# The tokens of the citizen pages: paper, ink, the deep teal. Mail readers know no style sheets.
_PAPER, _INK, _TEAL, _LINE, _SMALL = "#faf8f3", "#1d2421", "#0b5c55", "#d9d4c7", "#5b6560"
_FACT = re.compile(r"(?P<name>[^:\n]{2,40}): (?P<value>.+)")
_CODE = re.compile(r"[A-Z]\d{2}(?:\.\d{2}){0,3}-\d{6}-\d{4,7}|\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}-\d{6}-\d{4,7}")


def message_id(reference: str, domain: str) -> str:
    """Our reference as a Message-ID: a bounce names it again."""
    return f"<{reference}@{domain}>"


def thread_of(dossier_code: str, domain: str) -> str:
    """What every mail about a dossier refers to, so that mail programs keep them together (RFC 5322, 3.6.4).

    No mail of that name was ever sent.
    """
    return f"<{keyed_hash(dossier_code, 'mail-thread')[:32]}@{domain}>"


def compose(
    notice: OutgoingNotice, *, sender: str, sender_name: str, reply_to: str | None, now: datetime
) -> EmailMessage:
    """The whole mail. Raises ``ValueError`` where an address cannot be one."""
    mail = EmailMessage(policy=SMTP)
    domain = sender.rpartition("@")[2]
    mail["From"] = Address(sender_name, addr_spec=sender)
    mail["To"] = Address(addr_spec=notice.to)
    mail["Subject"] = " ".join((notice.title or "Thông báo").split())
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = message_id(notice.reference, domain)
    if notice.dossier_code:
        mail["References"] = thread_of(notice.dossier_code, domain)
    if reply_to:
        mail["Reply-To"] = Address(addr_spec=reply_to)
    # Nobody's holiday reply should come back to a notice (RFC 3834).
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    if notice.unsubscribe_url:
        mail["List-Unsubscribe"] = f"<{notice.unsubscribe_url}>"
        if notice.unsubscribe_url.startswith("https://"):  # RFC 8058 allows nothing else
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(f"{notice.text}\n", cte="quoted-printable")
    mail.add_alternative(as_html(notice, sender_name), subtype="html", cte="quoted-printable")
    for file in notice.attachments:
        main, _, sub = file.content_type.partition("/")
        mail.add_attachment(file.content, maintype=main, subtype=sub or "octet-stream", filename=file.name)
    mail["Content-Language"] = "vi"  # last: the parts would take it along
    return mail


def as_html(notice: OutgoingNotice, sender_name: str) -> str:
    """One column that reads well on a small screen and without pictures; nothing is loaded from anywhere."""
    title = html.escape(notice.title or "Thông báo")
    parts = "".join(_paragraph(block) for block in re.split(r"\n{2,}", notice.text.strip()))
    return (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title></head>"
        f'<body style="margin:0;background:{_PAPER};color:{_INK};'
        "font-family:'Be Vietnam Pro',Arial,sans-serif;font-size:17px;line-height:1.6\">"
        '<div style="max-width:34em;margin:0 auto;padding:24px 16px">'
        f'<p style="margin:0 0 16px;color:{_TEAL};font-weight:600">{html.escape(sender_name)}</p>'
        f'<h1 style="margin:0 0 16px;font-size:21px;line-height:1.35">{title}</h1>'
        f"{parts}"
        f'<p style="margin:24px 0 0;padding-top:12px;border-top:1px solid {_LINE};'
        f'color:{_SMALL};font-size:14px">'
        "Cán bộ không bao giờ hỏi mã OTP. Thư này gửi tự động.</p></div></body></html>"
    )


def _paragraph(block: str) -> str:
    """Lines of a block; in "name: value" the value stands out, in a dossier code nothing breaks."""
    lines = []
    for line in block.split("\n"):
        fact = _FACT.fullmatch(line)
        if fact:
            name, value = html.escape(fact["name"]), html.escape(fact["value"])
            lines.append(f'<span style="color:{_SMALL}">{name}:</span> <b>{value}</b>')
        else:
            lines.append(html.escape(line))
    words = "<br>".join(lines)
    return f'<p style="margin:0 0 14px">{_CODE.sub(_unbroken, words)}</p>'


def _unbroken(code: re.Match[str]) -> str:
    return f'<span style="white-space:nowrap">{code[0]}</span>'
