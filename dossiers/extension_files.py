"""Signed letters as files: what may be handed in, and where it is kept.

What is inside a file decides, never its name. Files stand in the data folder under their sha256, readable by
the product's own account alone.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

LARGEST = 15 * 1024 * 1024
"""Bytes. A scan of a few pages stays well below."""


class FileKind(StrEnum):
    DIGITAL_SIGNATURE = "digital_signature"
    SIGNED_PDF = "signed_pdf"
    SCAN = "scan"


class FileRefused(ValueError):
    """The message names what is wrong and what to hand in instead."""


_PDF = "application/pdf"
_PKCS7 = "application/pkcs7-signature"
_MAY: Mapping[FileKind, tuple[str, ...]] = {
    FileKind.DIGITAL_SIGNATURE: (_PKCS7,),
    FileKind.SIGNED_PDF: (_PDF,),
    FileKind.SCAN: (_PDF, "image/jpeg", "image/png"),
}
_NAMES: Mapping[FileKind, str] = {
    FileKind.DIGITAL_SIGNATURE: "tệp chữ ký số (.p7s, .p7m)",
    FileKind.SIGNED_PDF: "PDF đã ký số",
    FileKind.SCAN: "bản chụp PDF, JPEG hoặc PNG",
}


def check_file(kind: FileKind, content: bytes) -> str:
    """The content type of a file that may be attached as ``kind``; else ``FileRefused``."""
    if not content:
        raise FileRefused("tệp trống: chọn lại tệp")
    if len(content) > LARGEST:
        raise FileRefused(f"tệp lớn hơn {LARGEST // 1024 // 1024} MB: giảm độ phân giải rồi nộp lại")
    found = _content_type(content)
    if found not in _MAY[kind]:
        raise FileRefused(f"tệp không phải {_NAMES[kind]}: nộp đúng loại, hoặc chọn loại khác")
    if kind is FileKind.SIGNED_PDF and b"/ByteRange" not in content:
        raise FileRefused("PDF này chưa có chữ ký số: ký rồi nộp lại, hoặc chọn loại bản chụp")
    return found


def _content_type(content: bytes) -> str | None:
    if content.startswith(b"%PDF-"):
        return _PDF
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    # The object identifier of signed data (1.2.840.113549.1.7.2) stands at the head of every such file.
    if content.startswith(b"\x30") and b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02" in content[:32]:
        return _PKCS7
    if content.startswith((b"-----BEGIN PKCS7-----", b"-----BEGIN CMS-----")):
        return _PKCS7
    return None


class FileStore:
    """``folder`` is made when the first file comes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, content: bytes) -> str:
        """Store a file, whole or not at all; its sha256. The same bytes are kept once."""
        digest = hashlib.sha256(content).hexdigest()
        target = self._path(digest)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            aside = target.with_name(f".{target.name}.{os.getpid()}")
            descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(target)
        return digest

    def read(self, digest: str) -> bytes | None:
        """The bytes, if they are there and still what they were."""
        path = self._path(digest)
        if not path.exists():
            return None
        content = path.read_bytes()
        return content if hashlib.sha256(content).hexdigest() == digest else None

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest
