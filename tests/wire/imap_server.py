"""A mailbox that speaks as much of IMAP4rev1 (RFC 3501) as a client of it needs."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field


@dataclass
class ImapServer:
    """``mails`` by their number in the mailbox; ``seen``: those marked as read; ``asked``: every line."""

    password: str = "bi-mat"
    mails: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    port: int = 0

    async def start(self) -> asyncio.Server:
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK IMAP4rev1 ready\r\n")
        while line := (await reader.readline()).decode().strip():
            self.asked.append(line)
            tag, _, command = line.partition(" ")
            word = command.split()[0].upper()
            answers, ended = self._answer(command, word)
            for one in answers:
                writer.write(one + b"\r\n")
            writer.write(f"{tag} {ended}\r\n".encode())
            await writer.drain()
            if word == "LOGOUT":
                break
        writer.close()

    def _answer(self, command: str, word: str) -> tuple[list[bytes], str]:
        if word == "CAPABILITY":
            return [b"* CAPABILITY IMAP4rev1"], "OK done"
        if word == "LOGIN":
            return [], "OK in" if self.password in command else "NO [AUTHENTICATIONFAILED] no"
        if word == "SELECT":
            return [f"* {len(self.mails)} EXISTS".encode()], "OK [READ-WRITE] done"
        if "SEARCH" in command:
            found = [
                str(number)
                for number, raw in self.mails.items()
                if number not in self.seen and b"multipart/report" in raw.partition(b"\n\n")[0]
            ]
            return [f"* SEARCH {' '.join(found)}".encode()], "OK done"
        if "FETCH" in command:
            number = int(re.findall(r"FETCH (\d+)", command)[0])
            raw = self.mails[number]
            head = f"* {number} FETCH (UID {number} BODY[]<0> {{{len(raw)}}}\r\n".encode()
            return [head + raw + b")"], "OK done"
        if "STORE" in command:
            self.seen |= {int(one) for one in re.findall(r"STORE ([\d,]+)", command)[0].split(",")}
            return [], "OK done"
        return ([b"* BYE"], "OK bye") if word == "LOGOUT" else ([], "BAD what")
