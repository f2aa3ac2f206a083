"""What all operations share: connections, retries, errors, pages, and signatures of webhooks."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import http.client
import json
import os
import random
import re
import socket
import ssl
import threading
import time
import urllib.parse
import uuid
from datetime import datetime, timezone
from typing import Any, AsyncIterator, Callable, Dict, Generic, Iterator, List, Mapping, Optional, TypeVar, Union

T = TypeVar("T")

_RETRIED_STATUSES = {429, 502, 503, 504}
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_IDLE_CONNECTIONS = 10


class Unset:
    """The type of UNSET: an argument that was not given, which differs from None (JSON's null)."""

    def __repr__(self) -> str:
        return "UNSET"

    def __bool__(self) -> bool:
        return False


UNSET = Unset()


class AgentPostError(Exception):
    """Any failure of a call. `code` is stable and meant for programs, `fix` names the next action."""

    def __init__(
        self,
        message: str,
        *,
        code: Optional[str] = None,
        fix: Optional[str] = None,
        status: Optional[int] = None,
        request_id: Optional[str] = None,
        retry_after: Optional[float] = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.fix = fix
        self.status = status
        self.request_id = request_id
        self.retry_after = retry_after


class ConnectionFailedError(AgentPostError):
    """The server could not be reached, or the connection broke."""


class RequestTimeoutError(AgentPostError):
    """The server did not answer within the timeout."""


class ApiError(AgentPostError):
    """The server answered with an error."""


class InvalidRequestError(ApiError):
    """400, 413, 422: the request is invalid."""


class AuthenticationError(ApiError):
    """401: the key is missing, wrong, expired or revoked."""


class PermissionDeniedError(ApiError):
    """403: the key, or a sending rule, does not allow it."""


class NotFoundError(ApiError):
    """404: it does not exist, or the key has no access to it."""


class ConflictError(ApiError):
    """409: it has changed, exists already, or a list is full."""


class RateLimitError(ApiError):
    """429: too many requests or messages; `retry_after` is in seconds."""


class ServerError(ApiError):
    """5xx: the server failed or is unavailable."""


class WebhookVerificationError(AgentPostError):
    """The signature of a webhook is missing, wrong, or too old."""


_ERRORS = {
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    429: RateLimitError,
}


class Page(Generic[T]):
    """One page of a list. Iterating over it yields the entries of this page and of all further ones."""

    def __init__(self, data: List[T], next_cursor: Optional[str], fetch: Callable[[str], "Page[T]"]) -> None:
        self.data = data
        self.next_cursor = next_cursor
        self._fetch = fetch

    def next_page(self) -> Optional["Page[T]"]:
        """The next page, or None after the last one."""
        return None if self.next_cursor is None else self._fetch(self.next_cursor)

    def __iter__(self) -> Iterator[T]:
        page: Optional[Page[T]] = self
        while page is not None:
            yield from page.data
            page = page.next_page()

    def __len__(self) -> int:
        """The number of entries of this page."""
        return len(self.data)


class AsyncPage(Generic[T]):
    """One page of a list. Iterating over it with `async for` yields the entries of this page and of all further ones."""

    def __init__(self, page: Page[T]) -> None:
        self._page = page
        self.data = page.data
        self.next_cursor = page.next_cursor

    async def next_page(self) -> Optional["AsyncPage[T]"]:
        """The next page, or None after the last one."""
        following = await asyncio.to_thread(self._page.next_page)
        return None if following is None else AsyncPage(following)

    async def __aiter__(self) -> AsyncIterator[T]:
        page: Optional[AsyncPage[T]] = self
        while page is not None:
            for entry in page.data:
                yield entry
            page = await page.next_page()

    def __len__(self) -> int:
        """The number of entries of this page."""
        return len(self.data)


class Transport:
    """Calls the HTTP API. Thread-safe."""

    def __init__(
        self,
        api_key: Optional[str],
        base_url: str,
        timeout: float,
        max_retries: int,
        ssl_context: Optional[ssl.SSLContext],
    ) -> None:
        key = api_key or os.environ.get("AGENTPOST_API_KEY")
        if not key:
            raise AgentPostError("The API key is missing.", code="missing_key", fix="Pass api_key, or set AGENTPOST_API_KEY.")
        self.api_key = key
        self.url = urllib.parse.urlsplit(base_url.rstrip("/"))
        if self.url.scheme not in ("http", "https") or not self.url.hostname:
            raise ValueError(f"base_url must be an http or https URL, not {base_url!r}")
        self.timeout = timeout
        self.max_retries = max_retries
        self.ssl_context = ssl_context or (ssl.create_default_context() if self.url.scheme == "https" else None)
        self._idle: List[http.client.HTTPConnection] = []
        self._lock = threading.Lock()

    def call(
        self,
        method: str,
        path: str,
        *,
        answer: str = "json",
        parameters: Optional[Mapping[str, str]] = None,
        query: Optional[Mapping[str, Any]] = None,
        body: Optional[Mapping[str, Any]] = None,
        idempotent: bool = False,
        idempotency_key: Optional[str] = None,
        extra_seconds: float = 0,
        timeout: Optional[float] = None,
    ) -> Any:
        target = self._target(path, parameters or {}, query or {})
        headers = {"Authorization": f"Bearer {self.api_key}"}
        content = None
        if body is not None:
            content = json.dumps(given(body)).encode()
            headers["Content-Type"] = "application/json"
        if idempotent:
            headers["Idempotency-Key"] = idempotency_key or str(uuid.uuid4())
        repeatable = idempotent or method != "POST"
        seconds = (self.timeout if timeout is None else timeout) + extra_seconds
        attempt = 0
        maybe_done = False
        while True:
            failure: AgentPostError
            try:
                status, answered, data = self._attempt(method, target, headers, content, seconds, repeatable)
                if status < 300:
                    return read(data, answer)
                failure = api_error(status, answered, data)
                if status == 404 and method == "DELETE" and maybe_done:
                    # The first try has deleted it; only its answer was lost.
                    return None
            except (ConnectionFailedError, RequestTimeoutError) as broken:
                failure = broken
            # 429 is sent before anything is done, so any request can be repeated.
            maybe_done |= failure.status != 429
            again = failure.status == 429 or (repeatable and (failure.status is None or failure.status in _RETRIED_STATUSES))
            if not again or attempt >= self.max_retries:
                raise failure
            pause = failure.retry_after
            if pause is None:
                pause = min(_FIRST_PAUSE * 2**attempt, _LONGEST_PAUSE) * random.uniform(0.75, 1.25)
            if pause > _LONGEST_PAUSE:
                # A limit that ends later than any patience is for the caller to handle.
                raise failure
            time.sleep(pause)
            attempt += 1

    def list(self, method: str, path: str, **arguments: Any) -> Page[Any]:
        query = dict(arguments.pop("query", None) or {})

        def fetch(cursor: Optional[str]) -> Page[Any]:
            asked = query if cursor is None else {**query, "cursor": cursor}
            answer = self.call(method, path, query=asked, **arguments)
            return Page(answer["data"], answer["next_cursor"], fetch)

        return fetch(None)

    def close(self) -> None:
        """Closes idle connections."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _target(self, path: str, parameters: Mapping[str, str], query: Mapping[str, Any]) -> str:
        def fill(match: "re.Match[str]") -> str:
            value = parameters[match.group(1)]
            if not value:
                raise ValueError(f"{match.group(1)}: required")
            return urllib.parse.quote(value, safe="")

        pairs = []
        for name, value in given(query).items():
            for one in value if isinstance(value, (list, tuple)) else [value]:
                if one is not None:
                    pairs.append((name, _text(one)))
        text = urllib.parse.urlencode(pairs)
        return self.url.path + re.sub(r"\{(\w+)\}", fill, path) + (f"?{text}" if text else "")

    def _attempt(
        self, method: str, target: str, headers: Mapping[str, str], content: Optional[bytes], seconds: float, repeatable: bool
    ) -> "tuple[int, Mapping[str, str], bytes]":
        # A kept connection may have been closed by the server: only what can be repeated may find that out.
        connection = self._kept() if repeatable else None
        kept = connection is not None
        connection = connection or self._open(seconds)
        try:
            if connection.sock is not None:
                connection.sock.settimeout(seconds)
            connection.timeout = seconds
            connection.request(method, target, content, dict(headers))
            response = connection.getresponse()
            data = response.read()
        except (TimeoutError, socket.timeout) as late:
            connection.close()
            raise RequestTimeoutError(f"The server did not answer within {seconds:g} seconds.") from late
        except (OSError, http.client.HTTPException) as broken:
            connection.close()
            if kept:
                return self._attempt(method, target, headers, content, seconds, False)
            raise ConnectionFailedError(f"Could not reach {self.url.scheme}://{self.url.netloc}: {broken}") from broken
        except BaseException:
            connection.close()
            raise
        if response.will_close:
            connection.close()
        else:
            self._keep(connection)
        return response.status, {name.lower(): value for name, value in response.getheaders()}, data

    def _open(self, seconds: float) -> http.client.HTTPConnection:
        host = self.url.hostname or ""
        if self.ssl_context is not None:
            return http.client.HTTPSConnection(host, self.url.port, timeout=seconds, context=self.ssl_context)
        return http.client.HTTPConnection(host, self.url.port, timeout=seconds)

    def _kept(self) -> Optional[http.client.HTTPConnection]:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _keep(self, connection: http.client.HTTPConnection) -> None:
        with self._lock:
            if len(self._idle) < _IDLE_CONNECTIONS:
                self._idle.append(connection)
                return
        connection.close()


def given(arguments: Mapping[str, Any]) -> Dict[str, Any]:
    """The arguments that were given, with their names in the API."""
    return {name: _value(value) for name, value in arguments.items() if not isinstance(value, Unset)}


def _value(value: Any) -> Any:
    return _text(value) if isinstance(value, datetime) else value


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.astimezone()).astimezone(timezone.utc).isoformat()
    return str(value)


def read(data: bytes, answer: str) -> Any:
    if answer == "bytes":
        return data
    if answer == "none":
        return None
    return data.decode() if answer == "text" else json.loads(data)


def api_error(status: int, headers: Mapping[str, str], data: bytes) -> ApiError:
    error: Dict[str, str] = {}
    try:
        found = json.loads(data)["error"]
        error = found if isinstance(found, dict) else {}
    except (ValueError, KeyError, TypeError):
        # A proxy in front may answer with a page of its own.
        pass
    try:
        retry_after: Optional[float] = float(headers["retry-after"])
    except (KeyError, ValueError):
        retry_after = None
    kind = _ERRORS.get(status, ServerError if status >= 500 else InvalidRequestError)
    return kind(
        error.get("message", f"The server answered {status}."),
        code=error.get("code", f"http_{status}"),
        fix=error.get("fix"),
        status=status,
        request_id=error.get("request_id", headers.get("x-request-id")),
        retry_after=retry_after,
    )


def verify_webhook(
    body: Union[str, bytes],
    headers: Mapping[str, str],
    secret: str,
    *,
    tolerance_seconds: float = 300,
    now: Optional[float] = None,
) -> Any:
    """Checks the signature of a webhook (Standard Webhooks) and returns the event. `body` is the request's body as received."""
    received = {name.lower(): value for name, value in headers.items()}
    identifier, timestamp = received.get("webhook-id"), received.get("webhook-timestamp")
    if not identifier or not timestamp:
        raise WebhookVerificationError("The webhook has no signature.", code="signature_missing")
    try:
        age = abs((time.time() if now is None else now) - int(timestamp))
    except ValueError:
        age = float("inf")
    if age > tolerance_seconds:
        raise WebhookVerificationError("The webhook is too old, or the clocks differ.", code="timestamp_out_of_range")
    content = body.encode() if isinstance(body, str) else bytes(body)
    key = base64.b64decode(secret[6:]) if secret.startswith("whsec_") else secret.encode()
    digest = hmac.new(key, f"{identifier}.{timestamp}.".encode() + content, hashlib.sha256).digest()
    expected = b"v1," + base64.b64encode(digest)
    signatures = received.get("webhook-signature", "").split(" ")
    if not any([hmac.compare_digest(one.encode(), expected) for one in signatures]):
        raise WebhookVerificationError("The signature of the webhook is wrong.", code="signature_invalid")
    return json.loads(content)
