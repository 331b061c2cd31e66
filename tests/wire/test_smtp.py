"""Mail against a server that speaks SMTP: what is sent, and what each answer means."""

from __future__ import annotations

import asyncio
import datetime as dt
import ssl
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd import smtp as aiosmtpd
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from core.channel_settings import SmtpSettings
from wire.alarms import Trouble
from wire.mail_bounce import Action, read_report
from wire.provider import Accepted, Ambiguous, Attachment, Lookup, OutgoingNotice, Rejected
from wire.receipt import Fate
from wire.smtp import Smtp

REFERENCE = "01KEXAMP1E00000000000000000"
TEXT = "Kính gửi ông/bà Nguyễn Văn Mẫu.\n\nHồ sơ H99.01-261102-0001 đã có kết quả.\n\nCơ quan: Phường <Mẫu>"
NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=7)))


def notice(**more):
    given = {"reference": REFERENCE, "channel": "email", "to": "mau@example.com", "text": TEXT,
             "title": "Hồ sơ đã có kết quả"}  # fmt: skip
    return OutgoingNotice(**{**given, **more})


class Host:
    """A mail server that does at each command what the test says: a reply, "hang" or "drop"."""

    def __init__(self, **behaviour):
        self.behaviour, self.mails, self.options, self.lines = behaviour, [], [], 0

    async def _do(self, server, command, reply):
        wanted = self.behaviour.get(command, reply)
        if wanted == "hang":
            await asyncio.sleep(5)
        elif wanted == "drop":
            server.transport.abort()
        return wanted if wanted not in ("hang", "drop") else reply

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        envelope.mail_from, self.options = address, list(options)
        return await self._do(server, "mail", "250 OK")

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        reply = await self._do(server, "rcpt", "250 OK")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return await self._do(server, "data", "250 2.0.0 Ok: queued as 4XyZ")


class Alarms:
    def __init__(self):
        self.heard = []

    async def alarm(self, provider, trouble, what):
        self.heard.append((trouble, what))


@pytest.fixture
async def serve():
    """Starts servers and providers; everything is closed at the end."""
    opened = []

    async def start(host, *, tls=None, trusted=None, from_the_start=False, **more):
        loop = asyncio.get_running_loop()

        def protocol():
            host.lines += 1
            authenticator = more.get("authenticator")
            return aiosmtpd.SMTP(
                host,
                hostname="mail.example",
                loop=loop,
                tls_context=None if from_the_start else tls,
                require_starttls=bool(tls) and not from_the_start,
                auth_require_tls=False,
                authenticator=authenticator,
            )

        server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=tls if from_the_start else None)
        way = "tls" if from_the_start else "starttls"
        patience = 0.4 if "hang" in host.behaviour.values() else 20
        settings = SmtpSettings(
            host="localhost" if tls else "127.0.0.1", port=server.sockets[0].getsockname()[1],
            security=way if tls else "none", sender="motcua@example.gov.vn", timeout_seconds=patience,
            connections=2, **more.get("settings", {}),
        )  # fmt: skip
        alarms = Alarms()
        provider = Smtp(settings, watcher=alarms, clock=lambda: NOW, tls_context=trusted)
        provider.alarms = alarms
        opened.append((server, provider))
        return provider

    yield start
    for server, provider in opened:
        await provider.close()
        server.close()


@pytest.mark.parametrize(
    ("behaviour", "outcome"),
    [
        ({}, Accepted("2.0.0 Ok: queued as 4XyZ")),
        ({"mail": "450 4.3.0 try later"}, Rejected(permanent=False, code="450 4.3.0")),
        ({"mail": "553 5.1.8 sender unknown"}, Rejected(permanent=True, code="553 5.1.8")),
        ({"rcpt": "450 4.2.0 greylisted"}, Rejected(permanent=False, code="450 4.2.0")),
        ({"rcpt": "452 4.2.2 mailbox full"}, Rejected(permanent=False, code="452 4.2.2")),
        ({"rcpt": "550 5.1.1 no such user <mau@example.com>"}, Rejected(permanent=True, code="550 5.1.1")),
        ({"data": "451 4.3.0 try later"}, Rejected(permanent=False, code="451 4.3.0")),
        ({"data": "554 5.7.1 looks like spam"}, Rejected(permanent=True, code="554 5.7.1")),
        ({"mail": "hang"}, Rejected(permanent=False, code="SMTPReadTimeoutError")),
        ({"rcpt": "drop"}, Rejected(permanent=False, code="SMTPServerDisconnected")),
        ({"data": "hang"}, Ambiguous("SMTPReadTimeoutError")),
        ({"data": "drop"}, Ambiguous("SMTPServerDisconnected")),
        ({"data": "421 4.3.2 closing"}, Rejected(permanent=False, code="421 4.3.2")),
    ],
)
async def test_what_each_answer_of_a_server_means(serve, behaviour, outcome):
    provider = await serve(Host(**behaviour))
    assert await provider.send(notice()) == outcome


async def test_nobody_at_the_door_means_certainly_not_sent():
    settings = SmtpSettings(host="127.0.0.1", port=1, security="none", sender="a@example.gov.vn")
    outcome = await Smtp(settings, watcher=Alarms()).send(notice())
    assert outcome == Rejected(permanent=False, code="SMTPConnectError")


@pytest.mark.parametrize(
    "to", ["không phải", "mau@ví-dụ.vn", "a b@example.com", "x@example.com\r\nBcc: y@example.com"]
)
async def test_an_address_that_is_none_is_refused_before_anything_is_sent(serve, to):
    host = Host()
    provider = await serve(host)
    assert await provider.send(notice(to=to)) == Rejected(permanent=True, code="address")
    assert host.lines == 0


async def test_the_mail_says_the_same_in_plain_words_and_in_the_look_of_the_house(serve):
    host = Host()
    letter = Attachment("xin-loi.pdf", "application/pdf", b"%PDF-1.7")
    unsubscribe = "https://motcua.example.gov.vn/ngung/abc"
    provider = await serve(host)
    await provider.send(notice(attachments=(letter,), unsubscribe_url=unsubscribe))
    (mail,) = host.mails
    assert mail["From"] == "Trung tâm Phục vụ hành chính công <motcua@example.gov.vn>"
    assert (mail["To"], mail["Subject"]) == ("mau@example.com", "Hồ sơ đã có kết quả")
    assert mail["Message-ID"] == f"<{REFERENCE}@example.gov.vn>"
    assert mail["List-Unsubscribe"] == f"<{unsubscribe}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (mail["Auto-Submitted"], mail["Content-Language"]) == ("auto-generated", "vi")
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n").strip() == TEXT
    page = mail.get_body(("html",)).get_content()
    assert "Phường &lt;Mẫu&gt;" in page
    assert "http" not in page.replace("http-equiv", "")
    (attached,) = mail.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("xin-loi.pdf", b"%PDF-1.7")


async def test_mails_about_one_dossier_stay_together(serve):
    host = Host()
    provider = await serve(host)
    for number, code in enumerate(("H98.01-261102-0001", "H98.01-261102-0001", "H98.01-261102-0002")):
        await provider.send(notice(reference=f"r{number}", dossier_code=code))
    await provider.send(notice())
    first, second, other, none = (mail["References"] for mail in host.mails)
    assert first == second != other
    assert "261102" not in first
    assert none is None


async def test_one_click_is_promised_only_where_it_is_allowed(serve):
    host = Host()
    await (await serve(host)).send(notice(unsubscribe_url="http://127.0.0.1/ngung/abc"))
    assert host.mails[0]["List-Unsubscribe"]
    assert host.mails[0]["List-Unsubscribe-Post"] is None


async def test_a_line_is_used_again_and_a_stale_one_replaced(serve):
    host = Host()
    provider = await serve(host)
    for _ in range(3):
        assert isinstance(await provider.send(notice()), Accepted)
    assert host.lines == 1
    host.behaviour["mail"] = "421 4.4.2 idle too long"
    first = await provider.send(notice())
    assert first == Rejected(permanent=False, code="421 4.4.2")
    host.behaviour.clear()
    assert isinstance(await provider.send(notice()), Accepted)
    assert len(host.mails) == 4


async def test_after_a_refused_recipient_the_line_serves_the_next_mail(serve):
    host = Host(rcpt="550 5.1.1 no such user")
    provider = await serve(host)
    await provider.send(notice())
    host.behaviour.clear()
    assert isinstance(await provider.send(notice()), Accepted)
    assert host.lines == 1


async def test_a_wrong_password_is_an_alarm_for_people(serve):
    provider = await serve(
        Host(), settings={"user": "motcua", "password": "sai"},
        authenticator=lambda *_: aiosmtpd.AuthResult(success=False, handled=False),
    )  # fmt: skip
    outcome = await provider.send(notice())
    assert outcome == Rejected(permanent=False, code="535 5.7.8")
    assert provider.alarms.heard == [(Trouble.ACCOUNT, "535 authentication")]


async def test_a_server_cannot_be_asked_what_it_got(serve):
    assert await (await serve(Host())).lookup(REFERENCE) is Lookup.CANNOT_TELL


def certificate(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - dt.timedelta(1)).not_valid_after(now + dt.timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = serialization.Encoding.PEM
    path = folder / "server.pem"
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + made.public_bytes(pem))
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context(cafile=str(path))
    server.load_cert_chain(path)
    return server, client


@pytest.mark.parametrize("from_the_start", [False, True], ids=["starttls", "port 465"])
async def test_the_line_is_encrypted_and_a_stranger_s_certificate_is_not_trusted(
    serve, tmp_path, from_the_start
):
    server, trusted = certificate(tmp_path)
    host, how = Host(), {"tls": server, "from_the_start": from_the_start}
    assert isinstance(await (await serve(host, trusted=trusted, **how)).send(notice()), Accepted)
    refused = await (await serve(host, **how)).send(notice())
    assert isinstance(refused, Rejected)
    assert not refused.permanent
    assert len(host.mails) == 1


def bounce(action="failed", status="5.1.1", envelope=REFERENCE, returned="message/rfc822", head="Message-ID"):
    inner = f"{head}: <{REFERENCE}@example.gov.vn>\nSubject: x\n\n"
    named = f"Original-Envelope-Id: {envelope}\n" if envelope else ""
    return (
        "From: mailer-daemon@mail.example\nDate: Mon, 23 Nov 2026 09:05:00 +0700\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nSorry.\n"
        f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mail.example\n{named}\n"
        f"Final-Recipient: rfc822; mau@example.com\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; 550 no such user\n\n--b\nContent-Type: {returned}\n\n{inner}--b--\n"
    ).encode()


@pytest.mark.parametrize(
    ("raw", "action", "permanent", "fate"),
    [
        (bounce(), Action.FAILED, True, Fate.FAILED),
        (bounce(status="4.4.7"), Action.FAILED, False, Fate.FAILED),  # given up after days of trying
        (bounce("delayed", "4.4.1"), Action.DELAYED, False, None),
        (bounce("delivered", "2.1.5"), Action.DELIVERED, False, Fate.DELIVERED),
        (bounce("relayed", "2.1.9"), Action.RELAYED, False, Fate.SENT),
        (bounce(envelope=None), Action.FAILED, True, Fate.FAILED),
        (bounce(envelope=None, returned="text/rfc822-headers"), Action.FAILED, True, Fate.FAILED),
    ],
)
def test_a_report_is_read_into_what_became_of_the_mail(raw, action, permanent, fate):
    (report,) = read_report(raw)
    assert (report.reference, report.action, report.permanent) == (REFERENCE, action, permanent)
    assert (report.statement.fate if report.statement else None) == fate
    if report.statement:
        assert report.statement.at == dt.datetime(2026, 11, 23, 2, 5, tzinfo=dt.UTC)
        assert report.statement.code == report.status


def ordinary():
    mail = EmailMessage()
    mail["Subject"] = f"Re: {REFERENCE}"
    mail.set_content("Cảm ơn")
    return mail.as_bytes()


@pytest.mark.parametrize(
    "raw", [ordinary(), b"", b"\xff\xfe", bounce(envelope=None, head="X"), bounce(action="exploded")]
)
def test_any_other_mail_says_nothing(raw):
    assert read_report(raw) == []
