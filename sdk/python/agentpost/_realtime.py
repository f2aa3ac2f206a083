"""Events over a WebSocket (RFC 6455), with Python's own library."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import os
import socket
import struct
import threading
from typing import Any, AsyncIterator, Dict, Iterator, List, Optional

from ._runtime import ApiError, ConnectionFailedError, Transport, _FIRST_PAUSE, _LONGEST_PAUSE

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10
# The server pings every 30 seconds: longer silence is a broken connection.
_SILENCE = 90.0
_CONNECT_SECONDS = 30.0


class _WebSocket:
    def __init__(self, transport: Transport) -> None:
        url = transport.url
        port = url.port or (443 if url.scheme == "https" else 80)
        raw = socket.create_connection((url.hostname or "", port), _CONNECT_SECONDS)
        self._writing = threading.Lock()
        try:
            self._socket = transport.ssl_context.wrap_socket(raw, server_hostname=url.hostname) if transport.ssl_context else raw
            self._buffer = b""
            self._shake_hands(url.netloc, url.path + "/ws", transport.api_key)
            self._socket.settimeout(_SILENCE)
        except BaseException:
            raw.close()
            raise

    def _shake_hands(self, host: str, path: str, key: str) -> None:
        nonce = base64.b64encode(os.urandom(16))
        self._socket.sendall(
            (
                f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                f"Sec-WebSocket-Key: {nonce.decode()}\r\nAuthorization: Bearer {key}\r\n\r\n"
            ).encode()
        )
        head = b""
        while b"\r\n\r\n" not in head:
            head += self._read(1)
        status, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if " 101 " not in status:
            code = int(status.split(" ")[1])
            if code in (401, 403):
                raise ApiError("The key is not valid for events.", code="unauthorized", status=code)
            raise ConnectionFailedError(f"The server answered {status}.")
        if headers.get("sec-websocket-accept") != base64.b64encode(hashlib.sha1(nonce + _GUID).digest()).decode():
            raise ConnectionFailedError("The server does not speak WebSocket.")

    def _read(self, count: int) -> bytes:
        while len(self._buffer) < count:
            part = self._socket.recv(65536)
            if not part:
                raise ConnectionFailedError("The server closed the connection.")
            self._buffer += part
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken

    def send(self, message: Dict[str, Any]) -> None:
        self._send(_TEXT, json.dumps(message).encode())

    def _send(self, kind: int, payload: bytes) -> None:
        mask = os.urandom(4)
        length = len(payload)
        head = bytes([0x80 | kind])
        if length < 126:
            head += bytes([0x80 | length])
        elif length < 65536:
            head += bytes([0x80 | 126]) + struct.pack("!H", length)
        else:
            head += bytes([0x80 | 127]) + struct.pack("!Q", length)
        masked = bytes(octet ^ mask[at % 4] for at, octet in enumerate(payload))
        with self._writing:
            self._socket.sendall(head + mask + masked)

    def receive(self) -> Optional[Any]:
        """The next message, or None when the server closes."""
        message = b""
        while True:
            first, second = self._read(2)
            length = second & 0x7F
            if length == 126:
                (length,) = struct.unpack("!H", self._read(2))
            elif length == 127:
                (length,) = struct.unpack("!Q", self._read(8))
            payload = self._read(length)
            kind = first & 0x0F
            if kind == _CLOSE:
                return None
            if kind == _PING:
                self._send(_PONG, payload)
            elif kind != _PONG:
                message += payload
                if first & 0x80:
                    return json.loads(message)

    def close(self) -> None:
        try:
            self._send(_CLOSE, b"")
        except OSError:
            pass
        try:
            # Wakes a thread that is reading.
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._socket.close()


class EventStream:
    """Events as they happen.

    Iterate over it. After a broken connection it connects again and resumes after the last event, so none is missed.
    """

    def __init__(
        self,
        transport: Transport,
        event_types: Optional[List[str]] = None,
        inbox_id: Optional[str] = None,
        inbox_ids: Optional[List[str]] = None,
        resume_from: Optional[str] = None,
    ) -> None:
        self._transport = transport
        wanted = {"event_types": event_types, "inbox_id": inbox_id, "inbox_ids": inbox_ids}
        self._subscription = {name: value for name, value in wanted.items() if value is not None}
        self.last_event_id = resume_from
        self._socket: Optional[_WebSocket] = None
        self._closed = threading.Event()
        self._connect()

    def _connect(self) -> None:
        connection = _WebSocket(self._transport)
        try:
            self._subscribe(connection)
        except BaseException:
            connection.close()
            raise
        self._socket = connection
        if self._closed.is_set():
            self._drop()

    def _subscribe(self, connection: _WebSocket) -> None:
        resume = {} if self.last_event_id is None else {"resume_from": self.last_event_id}
        connection.send({"type": "subscribe", **self._subscription, **resume})
        answer = connection.receive()
        if answer is None:
            raise ConnectionFailedError("The server closed the connection.")
        if answer["type"] == "error" and answer["error"]["code"] == "unavailable":
            raise ConnectionFailedError(answer["error"]["message"], code="unavailable")
        if answer["type"] == "error":
            error = answer["error"]
            raise ApiError(error["message"], code=error["code"], fix=error["fix"])

    def __iter__(self) -> Iterator[Any]:
        attempt = 0
        while not self._closed.is_set():
            message = None
            try:
                connection = self._socket
                if connection is None:
                    self._connect()
                    attempt = 0
                    continue
                message = connection.receive()
            except (OSError, ConnectionFailedError):
                pass
            if message is None:
                self._drop()
                self._closed.wait(min(_FIRST_PAUSE * 2 ** min(attempt, 10), _LONGEST_PAUSE))
                attempt += 1
            elif message["type"] == "event":
                self.last_event_id = message["data"]["id"]
                yield message["data"]

    def _drop(self) -> None:
        connection, self._socket = self._socket, None
        if connection is not None:
            connection.close()

    def close(self) -> None:
        """Ends the stream; an iteration in another thread ends too."""
        self._closed.set()
        self._drop()

    def __enter__(self) -> "EventStream":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncEventStream:
    """Events as they happen; see EventStream. Iterate over it with `async for`."""

    def __init__(self, transport: Transport, **subscription: Any) -> None:
        self._transport = transport
        self._subscription = subscription
        self._stream: Optional[EventStream] = None

    async def __aiter__(self) -> AsyncIterator[Any]:
        await self.__aenter__()
        assert self._stream is not None
        events = iter(self._stream)
        while True:
            event = await asyncio.to_thread(next, events, None)
            if event is None:
                return
            yield event

    async def __aenter__(self) -> "AsyncEventStream":
        if self._stream is None:
            self._stream = await asyncio.to_thread(EventStream, self._transport, **self._subscription)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        if self._stream is not None:
            await asyncio.to_thread(self._stream.close)
