"""The operations, by resource. Generated from the OpenAPI document by ./agentpost sdk; do not edit."""

from __future__ import annotations

import asyncio
import ssl
from datetime import datetime
from typing import Any, Dict, List, Literal, Mapping, Optional, Sequence, Union

from ._realtime import AsyncEventStream, EventStream
from ._runtime import UNSET, AsyncPage, Page, Transport, Unset, verify_webhook
from .types import (
    Address,
    AddressForm,
    Attachment,
    BatchRequest,
    Draft,
    Event,
    FileRequest,
    Folder,
    Inbox,
    InboxChange,
    InboxRequest,
    Key,
    LabelRequest,
    Limits,
    Link,
    Message,
    MessageChange,
    MessageRequest,
    NewKey,
    NewKeyRequest,
    NewWebhook,
    ReplyRequest,
    Rule,
    RuleRequest,
    Sent,
    Session,
    SurfaceConfig,
    SurfaceDone,
    SurfacePolled,
    SurfaceRequest,
    SurfaceStartRequest,
    SurfaceStatus,
    SurfaceTestRequest,
    SurfaceTestSent,
    SurfaceTrial,
    SurfaceVerified,
    Thread,
    Usage,
    Wait,
    Webhook,
    WebhookChangeRequest,
    WebhookDelivery,
    WebhookRequest,
    WebhookTest,
)


class InboxesApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(
        self,
        *,
        email: Union[Optional[str], Unset] = UNSET,
        username: Union[Optional[str], Unset] = UNSET,
        domain: Union[Optional[str], Unset] = UNSET,
        display_name: Union[Optional[str], Unset] = UNSET,
        client_id: Union[Optional[str], Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> Inbox:
        """Create an inbox. With a client_id that is known already, the inbox that has it is answered (200)."""
        answer: Inbox = self._transport.call(
            "POST",
            "/api/v1/inboxes",
            body={"email": email, "username": username, "domain": domain, "display_name": display_name, "client_id": client_id},
            timeout=timeout,
        )
        return answer

    def list(
        self,
        *,
        limit: Union[int, Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> Page[Inbox]:
        """List the inboxes that the key opens, by address."""
        return self._transport.list(
            "GET",
            "/api/v1/inboxes",
            query={"limit": limit},
            timeout=timeout,
        )

    def get(
        self,
        inbox: str,
        *,
        timeout: Optional[float] = None,
    ) -> Inbox:
        """Get an inbox."""
        answer: Inbox = self._transport.call(
            "GET",
            "/api/v1/inboxes/{inbox}",
            parameters={"inbox": inbox},
            timeout=timeout,
        )
        return answer

    def update(
        self,
        inbox: str,
        *,
        display_name: Union[Optional[str], Unset] = UNSET,
        send_paused: Union[Optional[bool], Unset] = UNSET,
        send_paused_reason: Union[Optional[str], Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> Inbox:
        """Change the name of an inbox, or pause and resume sending. A key resumes what its own level, or one below,
        has paused.
        """
        answer: Inbox = self._transport.call(
            "PATCH",
            "/api/v1/inboxes/{inbox}",
            parameters={"inbox": inbox},
            body={"display_name": display_name, "send_paused": send_paused, "send_paused_reason": send_paused_reason},
            timeout=timeout,
        )
        return answer

    def delete(
        self,
        inbox: str,
        *,
        timeout: Optional[float] = None,
    ) -> None:
        """Delete an inbox and all its mail. Its sessions end."""
        self._transport.call(
            "DELETE",
            "/api/v1/inboxes/{inbox}",
            answer="none",
            parameters={"inbox": inbox},
            timeout=timeout,
        )

    def usage(
        self,
        inbox: str,
        *,
        timeout: Optional[float] = None,
    ) -> Usage:
        """Tell the limits and what the inbox has used of them."""
        answer: Usage = self._transport.call(
            "GET",
            "/api/v1/inboxes/{inbox}/limits",
            parameters={"inbox": inbox},
            timeout=timeout,
        )
        return answer

    def export_credentials(
        self,
        *,
        mint: Union[bool, Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> str:
        """Export how to log in to each inbox as CSV. The password is the key of this call; with mint=true a new key
        for each inbox (needs keys:write and messages:read).
        """
        answer: str = self._transport.call(
            "GET",
            "/api/v1/inboxes/credentials/export",
            answer="text",
            query={"mint": mint},
            timeout=timeout,
        )
        return answer


class KeysApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(
        self,
        *,
        name: Union[Optional[str], Unset] = UNSET,
        scopes: Union[Optional[Sequence[str]], Unset] = UNSET,
        inboxes: Union[Optional[Sequence[str]], Unset] = UNSET,
        expires_in_days: Union[Optional[int], Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> NewKey:
        """Create a key. Its secret is in the answer, this once."""
        answer: NewKey = self._transport.call(
            "POST",
            "/api/v1/keys",
            body={"name": name, "scopes": scopes, "inboxes": inboxes, "expires_in_days": expires_in_days},
            timeout=timeout,
        )
        return answer

    def list(
        self,
        *,
        limit: Union[int, Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> Page[Key]:
        """List the keys, oldest first, those that have ended too; never their secrets."""
        return self._transport.list(
            "GET",
            "/api/v1/keys",
            query={"limit": limit},
            timeout=timeout,
        )

    def get(
        self,
        key: str,
        *,
        timeout: Optional[float] = None,
    ) -> Key:
        """Get a key, without its secret."""
        answer: Key = self._transport.call(
            "GET",
            "/api/v1/keys/{key}",
            parameters={"key": key},
            timeout=timeout,
        )
        return answer

    def revoke(
        self,
        key: str,
        *,
        timeout: Optional[float] = None,
    ) -> None:
        """Revoke a key. Its sessions end at once; revoking twice is no error."""
        self._transport.call(
            "DELETE",
            "/api/v1/keys/{key}",
            answer="none",
            parameters={"key": key},
            timeout=timeout,
        )


class MessagesApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        inbox: str,
        *,
        limit: Union[int, Unset] = UNSET,
        view: Union[Literal["summary", "text", "full"], Unset] = UNSET,
        max_chars: Union[int, Unset] = UNSET,
        folder: Union[str, Unset] = UNSET,
        thread: Union[str, Unset] = UNSET,
        label: Union[str, Unset] = UNSET,
        unread: Union[bool, Unset] = UNSET,
        flagged: Union[bool, Unset] = UNSET,
        from_: Union[str, Unset] = UNSET,
        to: Union[str, Unset] = UNSET,
        subject: Union[str, Unset] = UNSET,
        q: Union[str, Unset] = UNSET,
        since: Union[Union[str, datetime], Unset] = UNSET,
        until: Union[Union[str, datetime], Unset] = UNSET,
        order: Union[Literal["newest", "oldest"], Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> Page[Message]:
        """List messages, newest first; without folder all but drafts and what is in Trash."""
        return self._transport.list(
            "GET",
            "/api/v1/inboxes/{inbox}/messages",
            parameters={"inbox": inbox},
            query={"limit": limit, "view": view, "max_chars": max_chars, "folder": folder, "thread": thread, "label": label, "unread": unread, "flagged": flagged, "from": from_, "to": to, "subject": subject, "q": q, "since": since, "until": until, "order": order},
            timeout=timeout,
        )

    def send(
        self,
        inbox: str,
        *,
        to: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        cc: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        bcc: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        reply_to: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        subject: Union[Optional[str], Unset] = UNSET,
        text_body: Union[Optional[str], Unset] = UNSET,
        html_body: Union[Optional[str], Unset] = UNSET,
        attachments: Union[Optional[Sequence[FileRequest]], Unset] = UNSET,
        headers: Union[Optional[Mapping[str, str]], Unset] = UNSET,
        in_reply_to: Union[Optional[str], Unset] = UNSET,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> Sent:
        """Send a message. It is filed in Sent."""
        answer: Sent = self._transport.call(
            "POST",
            "/api/v1/inboxes/{inbox}/messages",
            parameters={"inbox": inbox},
            body={"to": to, "cc": cc, "bcc": bcc, "reply_to": reply_to, "subject": subject, "text_body": text_body, "html_body": html_body, "attachments": attachments, "headers": headers, "in_reply_to": in_reply_to},
            idempotent=True,
            idempotency_key=idempotency_key,
            timeout=timeout,
        )
        return answer

    def get_many(
        self,
        inbox: str,
        *,
        ids: Union[Optional[Sequence[str]], Unset] = UNSET,
        view: Union[Literal["summary", "text", "full"], Unset] = UNSET,
        max_chars: Union[int, Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> List[Message]:
        """Get up to 100 messages by id; those that there are not are left out."""
        answer: Dict[str, List[Message]] = self._transport.call(
            "POST",
            "/api/v1/inboxes/{inbox}/messages/batch",
            parameters={"inbox": inbox},
            body={"ids": ids},
            query={"view": view, "max_chars": max_chars},
            timeout=timeout,
        )
        return answer["data"]

    def get(
        self,
        inbox: str,
        message: str,
        *,
        view: Union[Literal["summary", "text", "full"], Unset] = UNSET,
        max_chars: Union[int, Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> Message:
        """Get a message. It is not marked as seen."""
        answer: Message = self._transport.call(
            "GET",
            "/api/v1/inboxes/{inbox}/messages/{message}",
            parameters={"inbox": inbox, "message": message},
            query={"view": view, "max_chars": max_chars},
            timeout=timeout,
        )
        return answer

    def update(
        self,
        inbox: str,
        message: str,
        *,
        seen: Union[Optional[bool], Unset] = UNSET,
        flagged: Union[Optional[bool], Unset] = UNSET,
        answered: Union[Optional[bool], Unset] = UNSET,
        folder: Union[Optional[str], Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> Message:
        """Mark a message as seen, flagged or answered, or move it to a folder, where it is alone then."""
        answer: Message = self._transport.call(
            "PATCH",
            "/api/v1/inboxes/{inbox}/messages/{message}",
            parameters={"inbox": inbox, "message": message},
            body={"seen": seen, "flagged": flagged, "answered": answered, "folder": folder},
            timeout=timeout,
        )
        return answer

    def delete(
        self,
        inbox: str,
        message: str,
        *,
        permanent: Union[bool, Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> None:
        """Delete a message: it falls into Trash, or with permanent=true is gone. A draft is gone."""
        self._transport.call(
            "DELETE",
            "/api/v1/inboxes/{inbox}/messages/{message}",
            answer="none",
            parameters={"inbox": inbox, "message": message},
            query={"permanent": permanent},
            timeout=timeout,
        )

    def raw(
        self,
        inbox: str,
        message: str,
        *,
        timeout: Optional[float] = None,
    ) -> bytes:
        """Get the octets of a message (RFC 5322)."""
        answer: bytes = self._transport.call(
            "GET",
            "/api/v1/inboxes/{inbox}/messages/{message}/raw",
            answer="bytes",
            parameters={"inbox": inbox, "message": message},
            timeout=timeout,
        )
        return answer

    def add_labels(
        self,
        inbox: str,
        message: str,
        *,
        labels: Union[Optional[Sequence[str]], Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> Message:
        """Add labels to a message."""
        answer: Message = self._transport.call(
            "POST",
            "/api/v1/inboxes/{inbox}/messages/{message}/labels",
            parameters={"inbox": inbox, "message": message},
            body={"labels": labels},
            timeout=timeout,
        )
        return answer

    def remove_labels(
        self,
        inbox: str,
        message: str,
        *,
        labels: Union[Optional[Sequence[str]], Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> Message:
        """Remove labels from a message."""
        answer: Message = self._transport.call(
            "DELETE",
            "/api/v1/inboxes/{inbox}/messages/{message}/labels",
            parameters={"inbox": inbox, "message": message},
            body={"labels": labels},
            timeout=timeout,
        )
        return answer

    def restore(
        self,
        inbox: str,
        message: str,
        *,
        timeout: Optional[float] = None,
    ) -> Message:
        """Take a message out of Trash: into INBOX, or Sent if it was sent from here."""
        answer: Message = self._transport.call(
            "POST",
            "/api/v1/inboxes/{inbox}/messages/{message}/restore",
            parameters={"inbox": inbox, "message": message},
            timeout=timeout,
        )
        return answer

    def get_attachment(
        self,
        inbox: str,
        message: str,
        attachment: str,
        *,
        timeout: Optional[float] = None,
    ) -> bytes:
        """Get a file of a message, decoded."""
        answer: bytes = self._transport.call(
            "GET",
            "/api/v1/inboxes/{inbox}/messages/{message}/attachments/{attachment}",
            answer="bytes",
            parameters={"inbox": inbox, "message": message, "attachment": attachment},
            timeout=timeout,
        )
        return answer

    def reply(
        self,
        inbox: str,
        message: str,
        *,
        to: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        cc: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        bcc: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        subject: Union[Optional[str], Unset] = UNSET,
        text_body: Union[Optional[str], Unset] = UNSET,
        html_body: Union[Optional[str], Unset] = UNSET,
        attachments: Union[Optional[Sequence[FileRequest]], Unset] = UNSET,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> Sent:
        """Answer a message, to its sender."""
        answer: Sent = self._transport.call(
            "POST",
            "/api/v1/inboxes/{inbox}/messages/{message}/reply",
            parameters={"inbox": inbox, "message": message},
            body={"to": to, "cc": cc, "bcc": bcc, "subject": subject, "text_body": text_body, "html_body": html_body, "attachments": attachments},
            idempotent=True,
            idempotency_key=idempotency_key,
            timeout=timeout,
        )
        return answer

    def reply_all(
        self,
        inbox: str,
        message: str,
        *,
        to: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        cc: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        bcc: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        subject: Union[Optional[str], Unset] = UNSET,
        text_body: Union[Optional[str], Unset] = UNSET,
        html_body: Union[Optional[str], Unset] = UNSET,
        attachments: Union[Optional[Sequence[FileRequest]], Unset] = UNSET,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> Sent:
        """Answer a message, to its sender and all it went to."""
        answer: Sent = self._transport.call(
            "POST",
            "/api/v1/inboxes/{inbox}/messages/{message}/reply-all",
            parameters={"inbox": inbox, "message": message},
            body={"to": to, "cc": cc, "bcc": bcc, "subject": subject, "text_body": text_body, "html_body": html_body, "attachments": attachments},
            idempotent=True,
            idempotency_key=idempotency_key,
            timeout=timeout,
        )
        return answer

    def forward(
        self,
        inbox: str,
        message: str,
        *,
        to: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        cc: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        bcc: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        subject: Union[Optional[str], Unset] = UNSET,
        text_body: Union[Optional[str], Unset] = UNSET,
        html_body: Union[Optional[str], Unset] = UNSET,
        attachments: Union[Optional[Sequence[FileRequest]], Unset] = UNSET,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> Sent:
        """Pass a message on, with its files."""
        answer: Sent = self._transport.call(
            "POST",
            "/api/v1/inboxes/{inbox}/messages/{message}/forward",
            parameters={"inbox": inbox, "message": message},
            body={"to": to, "cc": cc, "bcc": bcc, "subject": subject, "text_body": text_body, "html_body": html_body, "attachments": attachments},
            idempotent=True,
            idempotency_key=idempotency_key,
            timeout=timeout,
        )
        return answer

    def wait(
        self,
        inbox: str,
        *,
        from_: Union[str, Unset] = UNSET,
        subject: Union[str, Unset] = UNSET,
        since: Union[Union[str, datetime], Unset] = UNSET,
        timeout: Union[int, Unset] = UNSET,
        max_chars: Union[int, Unset] = UNSET,
        request_timeout: Optional[float] = None,
    ) -> Wait:
        """Wait for a message to come to INBOX, and find codes and links in its text. Without since, one that comes
        after the call began.
        """
        answer: Wait = self._transport.call(
            "GET",
            "/api/v1/inboxes/{inbox}/messages/wait",
            parameters={"inbox": inbox},
            query={"from": from_, "subject": subject, "since": since, "timeout": timeout, "max_chars": max_chars},
            extra_seconds=0.0 if isinstance(timeout, Unset) else float(timeout),
            timeout=request_timeout,
        )
        return answer


class DraftsApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(
        self,
        inbox: str,
        *,
        to: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        cc: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        bcc: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        reply_to: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        subject: Union[Optional[str], Unset] = UNSET,
        text_body: Union[Optional[str], Unset] = UNSET,
        html_body: Union[Optional[str], Unset] = UNSET,
        attachments: Union[Optional[Sequence[FileRequest]], Unset] = UNSET,
        headers: Union[Optional[Mapping[str, str]], Unset] = UNSET,
        in_reply_to: Union[Optional[str], Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> Draft:
        """Make a draft."""
        answer: Draft = self._transport.call(
            "POST",
            "/api/v1/inboxes/{inbox}/drafts",
            parameters={"inbox": inbox},
            body={"to": to, "cc": cc, "bcc": bcc, "reply_to": reply_to, "subject": subject, "text_body": text_body, "html_body": html_body, "attachments": attachments, "headers": headers, "in_reply_to": in_reply_to},
            timeout=timeout,
        )
        return answer

    def list(
        self,
        inbox: str,
        *,
        limit: Union[int, Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> Page[Draft]:
        """List the drafts, oldest first."""
        return self._transport.list(
            "GET",
            "/api/v1/inboxes/{inbox}/drafts",
            parameters={"inbox": inbox},
            query={"limit": limit},
            timeout=timeout,
        )

    def get(
        self,
        inbox: str,
        draft: str,
        *,
        timeout: Optional[float] = None,
    ) -> Draft:
        """Get a draft with its text."""
        answer: Draft = self._transport.call(
            "GET",
            "/api/v1/inboxes/{inbox}/drafts/{draft}",
            parameters={"inbox": inbox, "draft": draft},
            timeout=timeout,
        )
        return answer

    def update(
        self,
        inbox: str,
        draft: str,
        *,
        to: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        cc: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        bcc: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        reply_to: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        subject: Union[Optional[str], Unset] = UNSET,
        text_body: Union[Optional[str], Unset] = UNSET,
        html_body: Union[Optional[str], Unset] = UNSET,
        attachments: Union[Optional[Sequence[FileRequest]], Unset] = UNSET,
        headers: Union[Optional[Mapping[str, str]], Unset] = UNSET,
        in_reply_to: Union[Optional[str], Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> Draft:
        """Change a draft; what is absent stays."""
        answer: Draft = self._transport.call(
            "PATCH",
            "/api/v1/inboxes/{inbox}/drafts/{draft}",
            parameters={"inbox": inbox, "draft": draft},
            body={"to": to, "cc": cc, "bcc": bcc, "reply_to": reply_to, "subject": subject, "text_body": text_body, "html_body": html_body, "attachments": attachments, "headers": headers, "in_reply_to": in_reply_to},
            timeout=timeout,
        )
        return answer

    def delete(
        self,
        inbox: str,
        draft: str,
        *,
        timeout: Optional[float] = None,
    ) -> None:
        """Delete a draft, for good."""
        self._transport.call(
            "DELETE",
            "/api/v1/inboxes/{inbox}/drafts/{draft}",
            answer="none",
            parameters={"inbox": inbox, "draft": draft},
            timeout=timeout,
        )

    def send(
        self,
        inbox: str,
        draft: str,
        *,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> Sent:
        """Send a draft: it moves to Sent."""
        answer: Sent = self._transport.call(
            "POST",
            "/api/v1/inboxes/{inbox}/drafts/{draft}/send",
            parameters={"inbox": inbox, "draft": draft},
            idempotent=True,
            idempotency_key=idempotency_key,
            timeout=timeout,
        )
        return answer


class ThreadsApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        inbox: str,
        *,
        limit: Union[int, Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> Page[Thread]:
        """List the threads, the one with the newest message first."""
        return self._transport.list(
            "GET",
            "/api/v1/inboxes/{inbox}/threads",
            parameters={"inbox": inbox},
            query={"limit": limit},
            timeout=timeout,
        )

    def get(
        self,
        inbox: str,
        thread: str,
        *,
        limit: Union[int, Unset] = UNSET,
        view: Union[Literal["summary", "text", "full"], Unset] = UNSET,
        max_chars: Union[int, Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> Thread:
        """Get a thread with its newest messages, oldest first."""
        answer: Thread = self._transport.call(
            "GET",
            "/api/v1/inboxes/{inbox}/threads/{thread}",
            parameters={"inbox": inbox, "thread": thread},
            query={"limit": limit, "view": view, "max_chars": max_chars},
            timeout=timeout,
        )
        return answer

    def add_labels(
        self,
        inbox: str,
        thread: str,
        *,
        labels: Union[Optional[Sequence[str]], Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> Thread:
        """Add labels to all messages of a thread."""
        answer: Thread = self._transport.call(
            "POST",
            "/api/v1/inboxes/{inbox}/threads/{thread}/labels",
            parameters={"inbox": inbox, "thread": thread},
            body={"labels": labels},
            timeout=timeout,
        )
        return answer

    def remove_labels(
        self,
        inbox: str,
        thread: str,
        *,
        labels: Union[Optional[Sequence[str]], Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> Thread:
        """Remove labels from all messages of a thread."""
        answer: Thread = self._transport.call(
            "DELETE",
            "/api/v1/inboxes/{inbox}/threads/{thread}/labels",
            parameters={"inbox": inbox, "thread": thread},
            body={"labels": labels},
            timeout=timeout,
        )
        return answer


class FoldersApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        inbox: str,
        *,
        timeout: Optional[float] = None,
    ) -> Page[Folder]:
        """List the folders with how much is in them."""
        return self._transport.list(
            "GET",
            "/api/v1/inboxes/{inbox}/folders",
            parameters={"inbox": inbox},
            timeout=timeout,
        )


class FilterRulesApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(
        self,
        *,
        direction: Union[Optional[str], Unset] = UNSET,
        action: Union[Optional[str], Unset] = UNSET,
        match_type: Union[Optional[str], Unset] = UNSET,
        value: Union[Optional[str], Unset] = UNSET,
        inbox: Union[Optional[str], Unset] = UNSET,
        level: Union[Optional[str], Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> Rule:
        """Add a rule, or change the action of the one there is for this value. A recipient must be allowed on every
        level (operator, organization, inbox); within a level the most specific rule decides.
        """
        answer: Rule = self._transport.call(
            "POST",
            "/api/v1/filter-rules",
            body={"direction": direction, "action": action, "match_type": match_type, "value": value, "inbox": inbox, "level": level},
            timeout=timeout,
        )
        return answer

    def list(
        self,
        *,
        timeout: Optional[float] = None,
    ) -> Page[Rule]:
        """List the rules."""
        return self._transport.list(
            "GET",
            "/api/v1/filter-rules",
            timeout=timeout,
        )

    def delete(
        self,
        rule: str,
        *,
        timeout: Optional[float] = None,
    ) -> None:
        """Remove a rule."""
        self._transport.call(
            "DELETE",
            "/api/v1/filter-rules/{rule}",
            answer="none",
            parameters={"rule": rule},
            timeout=timeout,
        )


class LimitsApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(
        self,
        *,
        timeout: Optional[float] = None,
    ) -> Limits:
        """Tell the limits of the server; null is unlimited."""
        answer: Limits = self._transport.call(
            "GET",
            "/api/v1/limits",
            timeout=timeout,
        )
        return answer


class SessionsApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        timeout: Optional[float] = None,
    ) -> Page[Session]:
        """List the IMAP and SMTP sessions of this host."""
        return self._transport.list(
            "GET",
            "/api/v1/sessions",
            timeout=timeout,
        )

    def end(
        self,
        session: str,
        *,
        timeout: Optional[float] = None,
    ) -> None:
        """End a session. Its client may log in again."""
        self._transport.call(
            "DELETE",
            "/api/v1/sessions/{session}",
            answer="none",
            parameters={"session": session},
            timeout=timeout,
        )


class RemoteAccountsApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def start(
        self,
        surface_id: str,
        *,
        verify: Union[Optional[bool], Unset] = UNSET,
        from_address: Union[Optional[str], Unset] = UNSET,
        from_name: Union[Optional[str], Unset] = UNSET,
        imap_host: Union[Optional[str], Unset] = UNSET,
        imap_port: Union[Optional[int], Unset] = UNSET,
        imap_secure: Union[Optional[bool], Unset] = UNSET,
        imap_username: Union[Optional[str], Unset] = UNSET,
        imap_password: Union[Optional[str], Unset] = UNSET,
        imap_access_token: Union[Optional[str], Unset] = UNSET,
        smtp_host: Union[Optional[str], Unset] = UNSET,
        smtp_port: Union[Optional[int], Unset] = UNSET,
        smtp_secure: Union[Optional[bool], Unset] = UNSET,
        smtp_username: Union[Optional[str], Unset] = UNSET,
        smtp_password: Union[Optional[str], Unset] = UNSET,
        smtp_access_token: Union[Optional[str], Unset] = UNSET,
        mailbox: Union[Optional[str], Unset] = UNSET,
        poll_interval_minutes: Union[Optional[int], Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> SurfaceDone:
        """Connect a remote account to the inbox and start fetching its new mail. Call it again to change the settings.
        """
        answer: SurfaceDone = self._transport.call(
            "POST",
            "/v1/messaging/imap/{surfaceId}/start",
            parameters={"surfaceId": surface_id},
            body={"verify": verify, "fromAddress": from_address, "fromName": from_name, "imapHost": imap_host, "imapPort": imap_port, "imapSecure": imap_secure, "imapUsername": imap_username, "imapPassword": imap_password, "imapAccessToken": imap_access_token, "smtpHost": smtp_host, "smtpPort": smtp_port, "smtpSecure": smtp_secure, "smtpUsername": smtp_username, "smtpPassword": smtp_password, "smtpAccessToken": smtp_access_token, "mailbox": mailbox, "pollIntervalMinutes": poll_interval_minutes},
            timeout=timeout,
        )
        return answer

    def stop(
        self,
        surface_id: str,
        *,
        timeout: Optional[float] = None,
    ) -> SurfaceDone:
        """Stop fetching and sending through the remote account. Its settings are kept."""
        answer: SurfaceDone = self._transport.call(
            "POST",
            "/v1/messaging/imap/{surfaceId}/stop",
            parameters={"surfaceId": surface_id},
            timeout=timeout,
        )
        return answer

    def status(
        self,
        surface_id: str,
        *,
        timeout: Optional[float] = None,
    ) -> SurfaceStatus:
        """Show the state of the remote account, with the last poll and send errors."""
        answer: SurfaceStatus = self._transport.call(
            "GET",
            "/v1/messaging/imap/{surfaceId}/status",
            parameters={"surfaceId": surface_id},
            timeout=timeout,
        )
        return answer

    def poll(
        self,
        surface_id: str,
        *,
        timeout: Optional[float] = None,
    ) -> SurfacePolled:
        """Poll for new mail now and wait for the result."""
        answer: SurfacePolled = self._transport.call(
            "POST",
            "/v1/messaging/imap/{surfaceId}/poll",
            parameters={"surfaceId": surface_id},
            timeout=timeout,
        )
        return answer

    def verify(
        self,
        surface_id: str,
        *,
        from_address: Union[Optional[str], Unset] = UNSET,
        from_name: Union[Optional[str], Unset] = UNSET,
        imap_host: Union[Optional[str], Unset] = UNSET,
        imap_port: Union[Optional[int], Unset] = UNSET,
        imap_secure: Union[Optional[bool], Unset] = UNSET,
        imap_username: Union[Optional[str], Unset] = UNSET,
        imap_password: Union[Optional[str], Unset] = UNSET,
        imap_access_token: Union[Optional[str], Unset] = UNSET,
        smtp_host: Union[Optional[str], Unset] = UNSET,
        smtp_port: Union[Optional[int], Unset] = UNSET,
        smtp_secure: Union[Optional[bool], Unset] = UNSET,
        smtp_username: Union[Optional[str], Unset] = UNSET,
        smtp_password: Union[Optional[str], Unset] = UNSET,
        smtp_access_token: Union[Optional[str], Unset] = UNSET,
        mailbox: Union[Optional[str], Unset] = UNSET,
        poll_interval_minutes: Union[Optional[int], Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> SurfaceVerified:
        """Log in to both servers of an account without storing it. The response contains the errors."""
        answer: SurfaceVerified = self._transport.call(
            "POST",
            "/v1/messaging/imap/{surfaceId}/verify",
            parameters={"surfaceId": surface_id},
            body={"fromAddress": from_address, "fromName": from_name, "imapHost": imap_host, "imapPort": imap_port, "imapSecure": imap_secure, "imapUsername": imap_username, "imapPassword": imap_password, "imapAccessToken": imap_access_token, "smtpHost": smtp_host, "smtpPort": smtp_port, "smtpSecure": smtp_secure, "smtpUsername": smtp_username, "smtpPassword": smtp_password, "smtpAccessToken": smtp_access_token, "mailbox": mailbox, "pollIntervalMinutes": poll_interval_minutes},
            timeout=timeout,
        )
        return answer

    def test_send(
        self,
        surface_id: str,
        *,
        from_address: Union[Optional[str], Unset] = UNSET,
        from_name: Union[Optional[str], Unset] = UNSET,
        smtp_host: Union[Optional[str], Unset] = UNSET,
        smtp_port: Union[Optional[int], Unset] = UNSET,
        smtp_secure: Union[Optional[bool], Unset] = UNSET,
        smtp_username: Union[Optional[str], Unset] = UNSET,
        smtp_password: Union[Optional[str], Unset] = UNSET,
        smtp_access_token: Union[Optional[str], Unset] = UNSET,
        to: Union[Optional[str], Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> SurfaceTestSent:
        """Send a test message through a remote server."""
        answer: SurfaceTestSent = self._transport.call(
            "POST",
            "/v1/messaging/imap/{surfaceId}/test-send",
            parameters={"surfaceId": surface_id},
            body={"fromAddress": from_address, "fromName": from_name, "smtpHost": smtp_host, "smtpPort": smtp_port, "smtpSecure": smtp_secure, "smtpUsername": smtp_username, "smtpPassword": smtp_password, "smtpAccessToken": smtp_access_token, "to": to},
            timeout=timeout,
        )
        return answer


class EventsApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        limit: Union[int, Unset] = UNSET,
        after: Union[str, Unset] = UNSET,
        type: Union[str, Unset] = UNSET,
        inbox: Union[str, Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> Page[Event]:
        """List events in their order, oldest first, as far as the key may see them. They are written from the first
        call on, while somebody asks for them. WebSocket /ws pushes the same.
        """
        return self._transport.list(
            "GET",
            "/api/v1/events",
            query={"limit": limit, "after": after, "type": type, "inbox": inbox},
            timeout=timeout,
        )


class WebhooksApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(
        self,
        *,
        url: Union[Optional[str], Unset] = UNSET,
        description: Union[Optional[str], Unset] = UNSET,
        event_types: Union[Optional[Sequence[str]], Unset] = UNSET,
        inboxes: Union[Optional[Sequence[str]], Unset] = UNSET,
        ordering: Union[Literal["none", "inbox", None], Unset] = UNSET,
        batch_size: Union[Optional[int], Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> NewWebhook:
        """Make a webhook. It is told what happens from now on, as far as this key may see it. Its secret is in the
        answer, this once.
        """
        answer: NewWebhook = self._transport.call(
            "POST",
            "/api/v1/webhooks",
            body={"url": url, "description": description, "event_types": event_types, "inboxes": inboxes, "ordering": ordering, "batch_size": batch_size},
            timeout=timeout,
        )
        return answer

    def list(
        self,
        *,
        limit: Union[int, Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> Page[Webhook]:
        """List the webhooks, oldest first."""
        return self._transport.list(
            "GET",
            "/api/v1/webhooks",
            query={"limit": limit},
            timeout=timeout,
        )

    def get(
        self,
        webhook: str,
        *,
        timeout: Optional[float] = None,
    ) -> Webhook:
        """Get a webhook, without its secret."""
        answer: Webhook = self._transport.call(
            "GET",
            "/api/v1/webhooks/{webhook}",
            parameters={"webhook": webhook},
            timeout=timeout,
        )
        return answer

    def update(
        self,
        webhook: str,
        *,
        url: Union[Optional[str], Unset] = UNSET,
        description: Union[Optional[str], Unset] = UNSET,
        event_types: Union[Optional[Sequence[str]], Unset] = UNSET,
        inboxes: Union[Optional[Sequence[str]], Unset] = UNSET,
        enabled: Union[Optional[bool], Unset] = UNSET,
        ordering: Union[Literal["none", "inbox", None], Unset] = UNSET,
        batch_size: Union[Optional[int], Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> Webhook:
        """Change a webhook; what is absent stays. enabled=true forgets past failures, and what waits is sent."""
        answer: Webhook = self._transport.call(
            "PATCH",
            "/api/v1/webhooks/{webhook}",
            parameters={"webhook": webhook},
            body={"url": url, "description": description, "event_types": event_types, "inboxes": inboxes, "enabled": enabled, "ordering": ordering, "batch_size": batch_size},
            timeout=timeout,
        )
        return answer

    def delete(
        self,
        webhook: str,
        *,
        timeout: Optional[float] = None,
    ) -> None:
        """Delete a webhook, and what it was still to be told."""
        self._transport.call(
            "DELETE",
            "/api/v1/webhooks/{webhook}",
            answer="none",
            parameters={"webhook": webhook},
            timeout=timeout,
        )

    def test(
        self,
        webhook: str,
        *,
        timeout: Optional[float] = None,
    ) -> WebhookTest:
        """Send the webhook an event of the type webhook.test now, and tell what it answers. Failures are in the body.
        """
        answer: WebhookTest = self._transport.call(
            "POST",
            "/api/v1/webhooks/{webhook}/test",
            parameters={"webhook": webhook},
            timeout=timeout,
        )
        return answer

    def deliveries(
        self,
        webhook: str,
        *,
        limit: Union[int, Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> Page[WebhookDelivery]:
        """List what the webhook was told, or is to be told, newest first, for as long as events are kept."""
        return self._transport.list(
            "GET",
            "/api/v1/webhooks/{webhook}/deliveries",
            parameters={"webhook": webhook},
            query={"limit": limit},
            timeout=timeout,
        )

    def redeliver(
        self,
        webhook: str,
        delivery: str,
        *,
        timeout: Optional[float] = None,
    ) -> WebhookDelivery:
        """Tell the webhook the event of a delivery once more."""
        answer: WebhookDelivery = self._transport.call(
            "POST",
            "/api/v1/webhooks/{webhook}/deliveries/{delivery}/redeliver",
            parameters={"webhook": webhook, "delivery": delivery},
            timeout=timeout,
        )
        return answer

    verify = staticmethod(verify_webhook)


class Realtime:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def connect(
        self,
        *,
        event_types: Optional[List[str]] = None,
        inbox_id: Optional[str] = None,
        inbox_ids: Optional[List[str]] = None,
        resume_from: Optional[str] = None,
    ) -> EventStream:
        """Receives events as they happen, over a WebSocket that resumes after a break."""
        return EventStream(
            self._transport, event_types=event_types, inbox_id=inbox_id, inbox_ids=inbox_ids, resume_from=resume_from
        )


class AgentPost:
    """A client of an AgentPost server. Thread-safe.

    api_key: an API key (ap_sk_…); default: the environment variable AGENTPOST_API_KEY.
    timeout: seconds that one attempt may take.
    max_retries: retries after a failed attempt, for requests that can be repeated safely.
    ssl_context: for https with a certificate authority of your own.
    """

    def __init__(
        self,
        api_key: Optional[str] = None,
        base_url: str = "http://localhost:8080",
        *,
        timeout: float = 60,
        max_retries: int = 3,
        ssl_context: Optional[ssl.SSLContext] = None,
    ) -> None:
        self._transport = Transport(api_key, base_url, timeout, max_retries, ssl_context)
        self.inboxes = InboxesApi(self._transport)
        self.keys = KeysApi(self._transport)
        self.messages = MessagesApi(self._transport)
        self.drafts = DraftsApi(self._transport)
        self.threads = ThreadsApi(self._transport)
        self.folders = FoldersApi(self._transport)
        self.filter_rules = FilterRulesApi(self._transport)
        self.limits = LimitsApi(self._transport)
        self.sessions = SessionsApi(self._transport)
        self.remote_accounts = RemoteAccountsApi(self._transport)
        self.events = EventsApi(self._transport)
        self.webhooks = WebhooksApi(self._transport)
        self.realtime = Realtime(self._transport)

    def me(
        self,
        *,
        timeout: Optional[float] = None,
    ) -> Key:
        """Tell what the key of this call may do."""
        answer: Key = self._transport.call(
            "GET",
            "/api/v1/me",
            timeout=timeout,
        )
        return answer

    def close(self) -> None:
        """Closes idle connections."""
        self._transport.close()

    def __enter__(self) -> "AgentPost":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncInboxesApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def create(
        self,
        *,
        email: Union[Optional[str], Unset] = UNSET,
        username: Union[Optional[str], Unset] = UNSET,
        domain: Union[Optional[str], Unset] = UNSET,
        display_name: Union[Optional[str], Unset] = UNSET,
        client_id: Union[Optional[str], Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> Inbox:
        """Create an inbox. With a client_id that is known already, the inbox that has it is answered (200)."""
        answer: Inbox = await asyncio.to_thread(
            self._transport.call,
            "POST",
            "/api/v1/inboxes",
            body={"email": email, "username": username, "domain": domain, "display_name": display_name, "client_id": client_id},
            timeout=timeout,
        )
        return answer

    async def list(
        self,
        *,
        limit: Union[int, Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> AsyncPage[Inbox]:
        """List the inboxes that the key opens, by address."""
        return AsyncPage(await asyncio.to_thread(
            self._transport.list,
            "GET",
            "/api/v1/inboxes",
            query={"limit": limit},
            timeout=timeout,
        ))

    async def get(
        self,
        inbox: str,
        *,
        timeout: Optional[float] = None,
    ) -> Inbox:
        """Get an inbox."""
        answer: Inbox = await asyncio.to_thread(
            self._transport.call,
            "GET",
            "/api/v1/inboxes/{inbox}",
            parameters={"inbox": inbox},
            timeout=timeout,
        )
        return answer

    async def update(
        self,
        inbox: str,
        *,
        display_name: Union[Optional[str], Unset] = UNSET,
        send_paused: Union[Optional[bool], Unset] = UNSET,
        send_paused_reason: Union[Optional[str], Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> Inbox:
        """Change the name of an inbox, or pause and resume sending. A key resumes what its own level, or one below,
        has paused.
        """
        answer: Inbox = await asyncio.to_thread(
            self._transport.call,
            "PATCH",
            "/api/v1/inboxes/{inbox}",
            parameters={"inbox": inbox},
            body={"display_name": display_name, "send_paused": send_paused, "send_paused_reason": send_paused_reason},
            timeout=timeout,
        )
        return answer

    async def delete(
        self,
        inbox: str,
        *,
        timeout: Optional[float] = None,
    ) -> None:
        """Delete an inbox and all its mail. Its sessions end."""
        await asyncio.to_thread(
            self._transport.call,
            "DELETE",
            "/api/v1/inboxes/{inbox}",
            answer="none",
            parameters={"inbox": inbox},
            timeout=timeout,
        )

    async def usage(
        self,
        inbox: str,
        *,
        timeout: Optional[float] = None,
    ) -> Usage:
        """Tell the limits and what the inbox has used of them."""
        answer: Usage = await asyncio.to_thread(
            self._transport.call,
            "GET",
            "/api/v1/inboxes/{inbox}/limits",
            parameters={"inbox": inbox},
            timeout=timeout,
        )
        return answer

    async def export_credentials(
        self,
        *,
        mint: Union[bool, Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> str:
        """Export how to log in to each inbox as CSV. The password is the key of this call; with mint=true a new key
        for each inbox (needs keys:write and messages:read).
        """
        answer: str = await asyncio.to_thread(
            self._transport.call,
            "GET",
            "/api/v1/inboxes/credentials/export",
            answer="text",
            query={"mint": mint},
            timeout=timeout,
        )
        return answer


class AsyncKeysApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def create(
        self,
        *,
        name: Union[Optional[str], Unset] = UNSET,
        scopes: Union[Optional[Sequence[str]], Unset] = UNSET,
        inboxes: Union[Optional[Sequence[str]], Unset] = UNSET,
        expires_in_days: Union[Optional[int], Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> NewKey:
        """Create a key. Its secret is in the answer, this once."""
        answer: NewKey = await asyncio.to_thread(
            self._transport.call,
            "POST",
            "/api/v1/keys",
            body={"name": name, "scopes": scopes, "inboxes": inboxes, "expires_in_days": expires_in_days},
            timeout=timeout,
        )
        return answer

    async def list(
        self,
        *,
        limit: Union[int, Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> AsyncPage[Key]:
        """List the keys, oldest first, those that have ended too; never their secrets."""
        return AsyncPage(await asyncio.to_thread(
            self._transport.list,
            "GET",
            "/api/v1/keys",
            query={"limit": limit},
            timeout=timeout,
        ))

    async def get(
        self,
        key: str,
        *,
        timeout: Optional[float] = None,
    ) -> Key:
        """Get a key, without its secret."""
        answer: Key = await asyncio.to_thread(
            self._transport.call,
            "GET",
            "/api/v1/keys/{key}",
            parameters={"key": key},
            timeout=timeout,
        )
        return answer

    async def revoke(
        self,
        key: str,
        *,
        timeout: Optional[float] = None,
    ) -> None:
        """Revoke a key. Its sessions end at once; revoking twice is no error."""
        await asyncio.to_thread(
            self._transport.call,
            "DELETE",
            "/api/v1/keys/{key}",
            answer="none",
            parameters={"key": key},
            timeout=timeout,
        )


class AsyncMessagesApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list(
        self,
        inbox: str,
        *,
        limit: Union[int, Unset] = UNSET,
        view: Union[Literal["summary", "text", "full"], Unset] = UNSET,
        max_chars: Union[int, Unset] = UNSET,
        folder: Union[str, Unset] = UNSET,
        thread: Union[str, Unset] = UNSET,
        label: Union[str, Unset] = UNSET,
        unread: Union[bool, Unset] = UNSET,
        flagged: Union[bool, Unset] = UNSET,
        from_: Union[str, Unset] = UNSET,
        to: Union[str, Unset] = UNSET,
        subject: Union[str, Unset] = UNSET,
        q: Union[str, Unset] = UNSET,
        since: Union[Union[str, datetime], Unset] = UNSET,
        until: Union[Union[str, datetime], Unset] = UNSET,
        order: Union[Literal["newest", "oldest"], Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> AsyncPage[Message]:
        """List messages, newest first; without folder all but drafts and what is in Trash."""
        return AsyncPage(await asyncio.to_thread(
            self._transport.list,
            "GET",
            "/api/v1/inboxes/{inbox}/messages",
            parameters={"inbox": inbox},
            query={"limit": limit, "view": view, "max_chars": max_chars, "folder": folder, "thread": thread, "label": label, "unread": unread, "flagged": flagged, "from": from_, "to": to, "subject": subject, "q": q, "since": since, "until": until, "order": order},
            timeout=timeout,
        ))

    async def send(
        self,
        inbox: str,
        *,
        to: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        cc: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        bcc: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        reply_to: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        subject: Union[Optional[str], Unset] = UNSET,
        text_body: Union[Optional[str], Unset] = UNSET,
        html_body: Union[Optional[str], Unset] = UNSET,
        attachments: Union[Optional[Sequence[FileRequest]], Unset] = UNSET,
        headers: Union[Optional[Mapping[str, str]], Unset] = UNSET,
        in_reply_to: Union[Optional[str], Unset] = UNSET,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> Sent:
        """Send a message. It is filed in Sent."""
        answer: Sent = await asyncio.to_thread(
            self._transport.call,
            "POST",
            "/api/v1/inboxes/{inbox}/messages",
            parameters={"inbox": inbox},
            body={"to": to, "cc": cc, "bcc": bcc, "reply_to": reply_to, "subject": subject, "text_body": text_body, "html_body": html_body, "attachments": attachments, "headers": headers, "in_reply_to": in_reply_to},
            idempotent=True,
            idempotency_key=idempotency_key,
            timeout=timeout,
        )
        return answer

    async def get_many(
        self,
        inbox: str,
        *,
        ids: Union[Optional[Sequence[str]], Unset] = UNSET,
        view: Union[Literal["summary", "text", "full"], Unset] = UNSET,
        max_chars: Union[int, Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> List[Message]:
        """Get up to 100 messages by id; those that there are not are left out."""
        answer: Dict[str, List[Message]] = await asyncio.to_thread(
            self._transport.call,
            "POST",
            "/api/v1/inboxes/{inbox}/messages/batch",
            parameters={"inbox": inbox},
            body={"ids": ids},
            query={"view": view, "max_chars": max_chars},
            timeout=timeout,
        )
        return answer["data"]

    async def get(
        self,
        inbox: str,
        message: str,
        *,
        view: Union[Literal["summary", "text", "full"], Unset] = UNSET,
        max_chars: Union[int, Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> Message:
        """Get a message. It is not marked as seen."""
        answer: Message = await asyncio.to_thread(
            self._transport.call,
            "GET",
            "/api/v1/inboxes/{inbox}/messages/{message}",
            parameters={"inbox": inbox, "message": message},
            query={"view": view, "max_chars": max_chars},
            timeout=timeout,
        )
        return answer

    async def update(
        self,
        inbox: str,
        message: str,
        *,
        seen: Union[Optional[bool], Unset] = UNSET,
        flagged: Union[Optional[bool], Unset] = UNSET,
        answered: Union[Optional[bool], Unset] = UNSET,
        folder: Union[Optional[str], Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> Message:
        """Mark a message as seen, flagged or answered, or move it to a folder, where it is alone then."""
        answer: Message = await asyncio.to_thread(
            self._transport.call,
            "PATCH",
            "/api/v1/inboxes/{inbox}/messages/{message}",
            parameters={"inbox": inbox, "message": message},
            body={"seen": seen, "flagged": flagged, "answered": answered, "folder": folder},
            timeout=timeout,
        )
        return answer

    async def delete(
        self,
        inbox: str,
        message: str,
        *,
        permanent: Union[bool, Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> None:
        """Delete a message: it falls into Trash, or with permanent=true is gone. A draft is gone."""
        await asyncio.to_thread(
            self._transport.call,
            "DELETE",
            "/api/v1/inboxes/{inbox}/messages/{message}",
            answer="none",
            parameters={"inbox": inbox, "message": message},
            query={"permanent": permanent},
            timeout=timeout,
        )

    async def raw(
        self,
        inbox: str,
        message: str,
        *,
        timeout: Optional[float] = None,
    ) -> bytes:
        """Get the octets of a message (RFC 5322)."""
        answer: bytes = await asyncio.to_thread(
            self._transport.call,
            "GET",
            "/api/v1/inboxes/{inbox}/messages/{message}/raw",
            answer="bytes",
            parameters={"inbox": inbox, "message": message},
            timeout=timeout,
        )
        return answer

    async def add_labels(
        self,
        inbox: str,
        message: str,
        *,
        labels: Union[Optional[Sequence[str]], Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> Message:
        """Add labels to a message."""
        answer: Message = await asyncio.to_thread(
            self._transport.call,
            "POST",
            "/api/v1/inboxes/{inbox}/messages/{message}/labels",
            parameters={"inbox": inbox, "message": message},
            body={"labels": labels},
            timeout=timeout,
        )
        return answer

    async def remove_labels(
        self,
        inbox: str,
        message: str,
        *,
        labels: Union[Optional[Sequence[str]], Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> Message:
        """Remove labels from a message."""
        answer: Message = await asyncio.to_thread(
            self._transport.call,
            "DELETE",
            "/api/v1/inboxes/{inbox}/messages/{message}/labels",
            parameters={"inbox": inbox, "message": message},
            body={"labels": labels},
            timeout=timeout,
        )
        return answer

    async def restore(
        self,
        inbox: str,
        message: str,
        *,
        timeout: Optional[float] = None,
    ) -> Message:
        """Take a message out of Trash: into INBOX, or Sent if it was sent from here."""
        answer: Message = await asyncio.to_thread(
            self._transport.call,
            "POST",
            "/api/v1/inboxes/{inbox}/messages/{message}/restore",
            parameters={"inbox": inbox, "message": message},
            timeout=timeout,
        )
        return answer

    async def get_attachment(
        self,
        inbox: str,
        message: str,
        attachment: str,
        *,
        timeout: Optional[float] = None,
    ) -> bytes:
        """Get a file of a message, decoded."""
        answer: bytes = await asyncio.to_thread(
            self._transport.call,
            "GET",
            "/api/v1/inboxes/{inbox}/messages/{message}/attachments/{attachment}",
            answer="bytes",
            parameters={"inbox": inbox, "message": message, "attachment": attachment},
            timeout=timeout,
        )
        return answer

    async def reply(
        self,
        inbox: str,
        message: str,
        *,
        to: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        cc: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        bcc: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        subject: Union[Optional[str], Unset] = UNSET,
        text_body: Union[Optional[str], Unset] = UNSET,
        html_body: Union[Optional[str], Unset] = UNSET,
        attachments: Union[Optional[Sequence[FileRequest]], Unset] = UNSET,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> Sent:
        """Answer a message, to its sender."""
        answer: Sent = await asyncio.to_thread(
            self._transport.call,
            "POST",
            "/api/v1/inboxes/{inbox}/messages/{message}/reply",
            parameters={"inbox": inbox, "message": message},
            body={"to": to, "cc": cc, "bcc": bcc, "subject": subject, "text_body": text_body, "html_body": html_body, "attachments": attachments},
            idempotent=True,
            idempotency_key=idempotency_key,
            timeout=timeout,
        )
        return answer

    async def reply_all(
        self,
        inbox: str,
        message: str,
        *,
        to: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        cc: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        bcc: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        subject: Union[Optional[str], Unset] = UNSET,
        text_body: Union[Optional[str], Unset] = UNSET,
        html_body: Union[Optional[str], Unset] = UNSET,
        attachments: Union[Optional[Sequence[FileRequest]], Unset] = UNSET,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> Sent:
        """Answer a message, to its sender and all it went to."""
        answer: Sent = await asyncio.to_thread(
            self._transport.call,
            "POST",
            "/api/v1/inboxes/{inbox}/messages/{message}/reply-all",
            parameters={"inbox": inbox, "message": message},
            body={"to": to, "cc": cc, "bcc": bcc, "subject": subject, "text_body": text_body, "html_body": html_body, "attachments": attachments},
            idempotent=True,
            idempotency_key=idempotency_key,
            timeout=timeout,
        )
        return answer

    async def forward(
        self,
        inbox: str,
        message: str,
        *,
        to: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        cc: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        bcc: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        subject: Union[Optional[str], Unset] = UNSET,
        text_body: Union[Optional[str], Unset] = UNSET,
        html_body: Union[Optional[str], Unset] = UNSET,
        attachments: Union[Optional[Sequence[FileRequest]], Unset] = UNSET,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> Sent:
        """Pass a message on, with its files."""
        answer: Sent = await asyncio.to_thread(
            self._transport.call,
            "POST",
            "/api/v1/inboxes/{inbox}/messages/{message}/forward",
            parameters={"inbox": inbox, "message": message},
            body={"to": to, "cc": cc, "bcc": bcc, "subject": subject, "text_body": text_body, "html_body": html_body, "attachments": attachments},
            idempotent=True,
            idempotency_key=idempotency_key,
            timeout=timeout,
        )
        return answer

    async def wait(
        self,
        inbox: str,
        *,
        from_: Union[str, Unset] = UNSET,
        subject: Union[str, Unset] = UNSET,
        since: Union[Union[str, datetime], Unset] = UNSET,
        timeout: Union[int, Unset] = UNSET,
        max_chars: Union[int, Unset] = UNSET,
        request_timeout: Optional[float] = None,
    ) -> Wait:
        """Wait for a message to come to INBOX, and find codes and links in its text. Without since, one that comes
        after the call began.
        """
        answer: Wait = await asyncio.to_thread(
            self._transport.call,
            "GET",
            "/api/v1/inboxes/{inbox}/messages/wait",
            parameters={"inbox": inbox},
            query={"from": from_, "subject": subject, "since": since, "timeout": timeout, "max_chars": max_chars},
            extra_seconds=0.0 if isinstance(timeout, Unset) else float(timeout),
            timeout=request_timeout,
        )
        return answer


class AsyncDraftsApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def create(
        self,
        inbox: str,
        *,
        to: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        cc: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        bcc: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        reply_to: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        subject: Union[Optional[str], Unset] = UNSET,
        text_body: Union[Optional[str], Unset] = UNSET,
        html_body: Union[Optional[str], Unset] = UNSET,
        attachments: Union[Optional[Sequence[FileRequest]], Unset] = UNSET,
        headers: Union[Optional[Mapping[str, str]], Unset] = UNSET,
        in_reply_to: Union[Optional[str], Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> Draft:
        """Make a draft."""
        answer: Draft = await asyncio.to_thread(
            self._transport.call,
            "POST",
            "/api/v1/inboxes/{inbox}/drafts",
            parameters={"inbox": inbox},
            body={"to": to, "cc": cc, "bcc": bcc, "reply_to": reply_to, "subject": subject, "text_body": text_body, "html_body": html_body, "attachments": attachments, "headers": headers, "in_reply_to": in_reply_to},
            timeout=timeout,
        )
        return answer

    async def list(
        self,
        inbox: str,
        *,
        limit: Union[int, Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> AsyncPage[Draft]:
        """List the drafts, oldest first."""
        return AsyncPage(await asyncio.to_thread(
            self._transport.list,
            "GET",
            "/api/v1/inboxes/{inbox}/drafts",
            parameters={"inbox": inbox},
            query={"limit": limit},
            timeout=timeout,
        ))

    async def get(
        self,
        inbox: str,
        draft: str,
        *,
        timeout: Optional[float] = None,
    ) -> Draft:
        """Get a draft with its text."""
        answer: Draft = await asyncio.to_thread(
            self._transport.call,
            "GET",
            "/api/v1/inboxes/{inbox}/drafts/{draft}",
            parameters={"inbox": inbox, "draft": draft},
            timeout=timeout,
        )
        return answer

    async def update(
        self,
        inbox: str,
        draft: str,
        *,
        to: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        cc: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        bcc: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        reply_to: Union[Optional[Sequence[Union[str, AddressForm]]], Unset] = UNSET,
        subject: Union[Optional[str], Unset] = UNSET,
        text_body: Union[Optional[str], Unset] = UNSET,
        html_body: Union[Optional[str], Unset] = UNSET,
        attachments: Union[Optional[Sequence[FileRequest]], Unset] = UNSET,
        headers: Union[Optional[Mapping[str, str]], Unset] = UNSET,
        in_reply_to: Union[Optional[str], Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> Draft:
        """Change a draft; what is absent stays."""
        answer: Draft = await asyncio.to_thread(
            self._transport.call,
            "PATCH",
            "/api/v1/inboxes/{inbox}/drafts/{draft}",
            parameters={"inbox": inbox, "draft": draft},
            body={"to": to, "cc": cc, "bcc": bcc, "reply_to": reply_to, "subject": subject, "text_body": text_body, "html_body": html_body, "attachments": attachments, "headers": headers, "in_reply_to": in_reply_to},
            timeout=timeout,
        )
        return answer

    async def delete(
        self,
        inbox: str,
        draft: str,
        *,
        timeout: Optional[float] = None,
    ) -> None:
        """Delete a draft, for good."""
        await asyncio.to_thread(
            self._transport.call,
            "DELETE",
            "/api/v1/inboxes/{inbox}/drafts/{draft}",
            answer="none",
            parameters={"inbox": inbox, "draft": draft},
            timeout=timeout,
        )

    async def send(
        self,
        inbox: str,
        draft: str,
        *,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> Sent:
        """Send a draft: it moves to Sent."""
        answer: Sent = await asyncio.to_thread(
            self._transport.call,
            "POST",
            "/api/v1/inboxes/{inbox}/drafts/{draft}/send",
            parameters={"inbox": inbox, "draft": draft},
            idempotent=True,
            idempotency_key=idempotency_key,
            timeout=timeout,
        )
        return answer


class AsyncThreadsApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list(
        self,
        inbox: str,
        *,
        limit: Union[int, Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> AsyncPage[Thread]:
        """List the threads, the one with the newest message first."""
        return AsyncPage(await asyncio.to_thread(
            self._transport.list,
            "GET",
            "/api/v1/inboxes/{inbox}/threads",
            parameters={"inbox": inbox},
            query={"limit": limit},
            timeout=timeout,
        ))

    async def get(
        self,
        inbox: str,
        thread: str,
        *,
        limit: Union[int, Unset] = UNSET,
        view: Union[Literal["summary", "text", "full"], Unset] = UNSET,
        max_chars: Union[int, Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> Thread:
        """Get a thread with its newest messages, oldest first."""
        answer: Thread = await asyncio.to_thread(
            self._transport.call,
            "GET",
            "/api/v1/inboxes/{inbox}/threads/{thread}",
            parameters={"inbox": inbox, "thread": thread},
            query={"limit": limit, "view": view, "max_chars": max_chars},
            timeout=timeout,
        )
        return answer

    async def add_labels(
        self,
        inbox: str,
        thread: str,
        *,
        labels: Union[Optional[Sequence[str]], Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> Thread:
        """Add labels to all messages of a thread."""
        answer: Thread = await asyncio.to_thread(
            self._transport.call,
            "POST",
            "/api/v1/inboxes/{inbox}/threads/{thread}/labels",
            parameters={"inbox": inbox, "thread": thread},
            body={"labels": labels},
            timeout=timeout,
        )
        return answer

    async def remove_labels(
        self,
        inbox: str,
        thread: str,
        *,
        labels: Union[Optional[Sequence[str]], Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> Thread:
        """Remove labels from all messages of a thread."""
        answer: Thread = await asyncio.to_thread(
            self._transport.call,
            "DELETE",
            "/api/v1/inboxes/{inbox}/threads/{thread}/labels",
            parameters={"inbox": inbox, "thread": thread},
            body={"labels": labels},
            timeout=timeout,
        )
        return answer


class AsyncFoldersApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list(
        self,
        inbox: str,
        *,
        timeout: Optional[float] = None,
    ) -> AsyncPage[Folder]:
        """List the folders with how much is in them."""
        return AsyncPage(await asyncio.to_thread(
            self._transport.list,
            "GET",
            "/api/v1/inboxes/{inbox}/folders",
            parameters={"inbox": inbox},
            timeout=timeout,
        ))


class AsyncFilterRulesApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def create(
        self,
        *,
        direction: Union[Optional[str], Unset] = UNSET,
        action: Union[Optional[str], Unset] = UNSET,
        match_type: Union[Optional[str], Unset] = UNSET,
        value: Union[Optional[str], Unset] = UNSET,
        inbox: Union[Optional[str], Unset] = UNSET,
        level: Union[Optional[str], Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> Rule:
        """Add a rule, or change the action of the one there is for this value. A recipient must be allowed on every
        level (operator, organization, inbox); within a level the most specific rule decides.
        """
        answer: Rule = await asyncio.to_thread(
            self._transport.call,
            "POST",
            "/api/v1/filter-rules",
            body={"direction": direction, "action": action, "match_type": match_type, "value": value, "inbox": inbox, "level": level},
            timeout=timeout,
        )
        return answer

    async def list(
        self,
        *,
        timeout: Optional[float] = None,
    ) -> AsyncPage[Rule]:
        """List the rules."""
        return AsyncPage(await asyncio.to_thread(
            self._transport.list,
            "GET",
            "/api/v1/filter-rules",
            timeout=timeout,
        ))

    async def delete(
        self,
        rule: str,
        *,
        timeout: Optional[float] = None,
    ) -> None:
        """Remove a rule."""
        await asyncio.to_thread(
            self._transport.call,
            "DELETE",
            "/api/v1/filter-rules/{rule}",
            answer="none",
            parameters={"rule": rule},
            timeout=timeout,
        )


class AsyncLimitsApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def get(
        self,
        *,
        timeout: Optional[float] = None,
    ) -> Limits:
        """Tell the limits of the server; null is unlimited."""
        answer: Limits = await asyncio.to_thread(
            self._transport.call,
            "GET",
            "/api/v1/limits",
            timeout=timeout,
        )
        return answer


class AsyncSessionsApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list(
        self,
        *,
        timeout: Optional[float] = None,
    ) -> AsyncPage[Session]:
        """List the IMAP and SMTP sessions of this host."""
        return AsyncPage(await asyncio.to_thread(
            self._transport.list,
            "GET",
            "/api/v1/sessions",
            timeout=timeout,
        ))

    async def end(
        self,
        session: str,
        *,
        timeout: Optional[float] = None,
    ) -> None:
        """End a session. Its client may log in again."""
        await asyncio.to_thread(
            self._transport.call,
            "DELETE",
            "/api/v1/sessions/{session}",
            answer="none",
            parameters={"session": session},
            timeout=timeout,
        )


class AsyncRemoteAccountsApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def start(
        self,
        surface_id: str,
        *,
        verify: Union[Optional[bool], Unset] = UNSET,
        from_address: Union[Optional[str], Unset] = UNSET,
        from_name: Union[Optional[str], Unset] = UNSET,
        imap_host: Union[Optional[str], Unset] = UNSET,
        imap_port: Union[Optional[int], Unset] = UNSET,
        imap_secure: Union[Optional[bool], Unset] = UNSET,
        imap_username: Union[Optional[str], Unset] = UNSET,
        imap_password: Union[Optional[str], Unset] = UNSET,
        imap_access_token: Union[Optional[str], Unset] = UNSET,
        smtp_host: Union[Optional[str], Unset] = UNSET,
        smtp_port: Union[Optional[int], Unset] = UNSET,
        smtp_secure: Union[Optional[bool], Unset] = UNSET,
        smtp_username: Union[Optional[str], Unset] = UNSET,
        smtp_password: Union[Optional[str], Unset] = UNSET,
        smtp_access_token: Union[Optional[str], Unset] = UNSET,
        mailbox: Union[Optional[str], Unset] = UNSET,
        poll_interval_minutes: Union[Optional[int], Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> SurfaceDone:
        """Connect a remote account to the inbox and start fetching its new mail. Call it again to change the settings.
        """
        answer: SurfaceDone = await asyncio.to_thread(
            self._transport.call,
            "POST",
            "/v1/messaging/imap/{surfaceId}/start",
            parameters={"surfaceId": surface_id},
            body={"verify": verify, "fromAddress": from_address, "fromName": from_name, "imapHost": imap_host, "imapPort": imap_port, "imapSecure": imap_secure, "imapUsername": imap_username, "imapPassword": imap_password, "imapAccessToken": imap_access_token, "smtpHost": smtp_host, "smtpPort": smtp_port, "smtpSecure": smtp_secure, "smtpUsername": smtp_username, "smtpPassword": smtp_password, "smtpAccessToken": smtp_access_token, "mailbox": mailbox, "pollIntervalMinutes": poll_interval_minutes},
            timeout=timeout,
        )
        return answer

    async def stop(
        self,
        surface_id: str,
        *,
        timeout: Optional[float] = None,
    ) -> SurfaceDone:
        """Stop fetching and sending through the remote account. Its settings are kept."""
        answer: SurfaceDone = await asyncio.to_thread(
            self._transport.call,
            "POST",
            "/v1/messaging/imap/{surfaceId}/stop",
            parameters={"surfaceId": surface_id},
            timeout=timeout,
        )
        return answer

    async def status(
        self,
        surface_id: str,
        *,
        timeout: Optional[float] = None,
    ) -> SurfaceStatus:
        """Show the state of the remote account, with the last poll and send errors."""
        answer: SurfaceStatus = await asyncio.to_thread(
            self._transport.call,
            "GET",
            "/v1/messaging/imap/{surfaceId}/status",
            parameters={"surfaceId": surface_id},
            timeout=timeout,
        )
        return answer

    async def poll(
        self,
        surface_id: str,
        *,
        timeout: Optional[float] = None,
    ) -> SurfacePolled:
        """Poll for new mail now and wait for the result."""
        answer: SurfacePolled = await asyncio.to_thread(
            self._transport.call,
            "POST",
            "/v1/messaging/imap/{surfaceId}/poll",
            parameters={"surfaceId": surface_id},
            timeout=timeout,
        )
        return answer

    async def verify(
        self,
        surface_id: str,
        *,
        from_address: Union[Optional[str], Unset] = UNSET,
        from_name: Union[Optional[str], Unset] = UNSET,
        imap_host: Union[Optional[str], Unset] = UNSET,
        imap_port: Union[Optional[int], Unset] = UNSET,
        imap_secure: Union[Optional[bool], Unset] = UNSET,
        imap_username: Union[Optional[str], Unset] = UNSET,
        imap_password: Union[Optional[str], Unset] = UNSET,
        imap_access_token: Union[Optional[str], Unset] = UNSET,
        smtp_host: Union[Optional[str], Unset] = UNSET,
        smtp_port: Union[Optional[int], Unset] = UNSET,
        smtp_secure: Union[Optional[bool], Unset] = UNSET,
        smtp_username: Union[Optional[str], Unset] = UNSET,
        smtp_password: Union[Optional[str], Unset] = UNSET,
        smtp_access_token: Union[Optional[str], Unset] = UNSET,
        mailbox: Union[Optional[str], Unset] = UNSET,
        poll_interval_minutes: Union[Optional[int], Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> SurfaceVerified:
        """Log in to both servers of an account without storing it. The response contains the errors."""
        answer: SurfaceVerified = await asyncio.to_thread(
            self._transport.call,
            "POST",
            "/v1/messaging/imap/{surfaceId}/verify",
            parameters={"surfaceId": surface_id},
            body={"fromAddress": from_address, "fromName": from_name, "imapHost": imap_host, "imapPort": imap_port, "imapSecure": imap_secure, "imapUsername": imap_username, "imapPassword": imap_password, "imapAccessToken": imap_access_token, "smtpHost": smtp_host, "smtpPort": smtp_port, "smtpSecure": smtp_secure, "smtpUsername": smtp_username, "smtpPassword": smtp_password, "smtpAccessToken": smtp_access_token, "mailbox": mailbox, "pollIntervalMinutes": poll_interval_minutes},
            timeout=timeout,
        )
        return answer

    async def test_send(
        self,
        surface_id: str,
        *,
        from_address: Union[Optional[str], Unset] = UNSET,
        from_name: Union[Optional[str], Unset] = UNSET,
        smtp_host: Union[Optional[str], Unset] = UNSET,
        smtp_port: Union[Optional[int], Unset] = UNSET,
        smtp_secure: Union[Optional[bool], Unset] = UNSET,
        smtp_username: Union[Optional[str], Unset] = UNSET,
        smtp_password: Union[Optional[str], Unset] = UNSET,
        smtp_access_token: Union[Optional[str], Unset] = UNSET,
        to: Union[Optional[str], Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> SurfaceTestSent:
        """Send a test message through a remote server."""
        answer: SurfaceTestSent = await asyncio.to_thread(
            self._transport.call,
            "POST",
            "/v1/messaging/imap/{surfaceId}/test-send",
            parameters={"surfaceId": surface_id},
            body={"fromAddress": from_address, "fromName": from_name, "smtpHost": smtp_host, "smtpPort": smtp_port, "smtpSecure": smtp_secure, "smtpUsername": smtp_username, "smtpPassword": smtp_password, "smtpAccessToken": smtp_access_token, "to": to},
            timeout=timeout,
        )
        return answer


class AsyncEventsApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list(
        self,
        *,
        limit: Union[int, Unset] = UNSET,
        after: Union[str, Unset] = UNSET,
        type: Union[str, Unset] = UNSET,
        inbox: Union[str, Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> AsyncPage[Event]:
        """List events in their order, oldest first, as far as the key may see them. They are written from the first
        call on, while somebody asks for them. WebSocket /ws pushes the same.
        """
        return AsyncPage(await asyncio.to_thread(
            self._transport.list,
            "GET",
            "/api/v1/events",
            query={"limit": limit, "after": after, "type": type, "inbox": inbox},
            timeout=timeout,
        ))


class AsyncWebhooksApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def create(
        self,
        *,
        url: Union[Optional[str], Unset] = UNSET,
        description: Union[Optional[str], Unset] = UNSET,
        event_types: Union[Optional[Sequence[str]], Unset] = UNSET,
        inboxes: Union[Optional[Sequence[str]], Unset] = UNSET,
        ordering: Union[Literal["none", "inbox", None], Unset] = UNSET,
        batch_size: Union[Optional[int], Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> NewWebhook:
        """Make a webhook. It is told what happens from now on, as far as this key may see it. Its secret is in the
        answer, this once.
        """
        answer: NewWebhook = await asyncio.to_thread(
            self._transport.call,
            "POST",
            "/api/v1/webhooks",
            body={"url": url, "description": description, "event_types": event_types, "inboxes": inboxes, "ordering": ordering, "batch_size": batch_size},
            timeout=timeout,
        )
        return answer

    async def list(
        self,
        *,
        limit: Union[int, Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> AsyncPage[Webhook]:
        """List the webhooks, oldest first."""
        return AsyncPage(await asyncio.to_thread(
            self._transport.list,
            "GET",
            "/api/v1/webhooks",
            query={"limit": limit},
            timeout=timeout,
        ))

    async def get(
        self,
        webhook: str,
        *,
        timeout: Optional[float] = None,
    ) -> Webhook:
        """Get a webhook, without its secret."""
        answer: Webhook = await asyncio.to_thread(
            self._transport.call,
            "GET",
            "/api/v1/webhooks/{webhook}",
            parameters={"webhook": webhook},
            timeout=timeout,
        )
        return answer

    async def update(
        self,
        webhook: str,
        *,
        url: Union[Optional[str], Unset] = UNSET,
        description: Union[Optional[str], Unset] = UNSET,
        event_types: Union[Optional[Sequence[str]], Unset] = UNSET,
        inboxes: Union[Optional[Sequence[str]], Unset] = UNSET,
        enabled: Union[Optional[bool], Unset] = UNSET,
        ordering: Union[Literal["none", "inbox", None], Unset] = UNSET,
        batch_size: Union[Optional[int], Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> Webhook:
        """Change a webhook; what is absent stays. enabled=true forgets past failures, and what waits is sent."""
        answer: Webhook = await asyncio.to_thread(
            self._transport.call,
            "PATCH",
            "/api/v1/webhooks/{webhook}",
            parameters={"webhook": webhook},
            body={"url": url, "description": description, "event_types": event_types, "inboxes": inboxes, "enabled": enabled, "ordering": ordering, "batch_size": batch_size},
            timeout=timeout,
        )
        return answer

    async def delete(
        self,
        webhook: str,
        *,
        timeout: Optional[float] = None,
    ) -> None:
        """Delete a webhook, and what it was still to be told."""
        await asyncio.to_thread(
            self._transport.call,
            "DELETE",
            "/api/v1/webhooks/{webhook}",
            answer="none",
            parameters={"webhook": webhook},
            timeout=timeout,
        )

    async def test(
        self,
        webhook: str,
        *,
        timeout: Optional[float] = None,
    ) -> WebhookTest:
        """Send the webhook an event of the type webhook.test now, and tell what it answers. Failures are in the body.
        """
        answer: WebhookTest = await asyncio.to_thread(
            self._transport.call,
            "POST",
            "/api/v1/webhooks/{webhook}/test",
            parameters={"webhook": webhook},
            timeout=timeout,
        )
        return answer

    async def deliveries(
        self,
        webhook: str,
        *,
        limit: Union[int, Unset] = UNSET,
        timeout: Optional[float] = None,
    ) -> AsyncPage[WebhookDelivery]:
        """List what the webhook was told, or is to be told, newest first, for as long as events are kept."""
        return AsyncPage(await asyncio.to_thread(
            self._transport.list,
            "GET",
            "/api/v1/webhooks/{webhook}/deliveries",
            parameters={"webhook": webhook},
            query={"limit": limit},
            timeout=timeout,
        ))

    async def redeliver(
        self,
        webhook: str,
        delivery: str,
        *,
        timeout: Optional[float] = None,
    ) -> WebhookDelivery:
        """Tell the webhook the event of a delivery once more."""
        answer: WebhookDelivery = await asyncio.to_thread(
            self._transport.call,
            "POST",
            "/api/v1/webhooks/{webhook}/deliveries/{delivery}/redeliver",
            parameters={"webhook": webhook, "delivery": delivery},
            timeout=timeout,
        )
        return answer

    verify = staticmethod(verify_webhook)


class AsyncRealtime:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def connect(
        self,
        *,
        event_types: Optional[List[str]] = None,
        inbox_id: Optional[str] = None,
        inbox_ids: Optional[List[str]] = None,
        resume_from: Optional[str] = None,
    ) -> AsyncEventStream:
        """Receives events as they happen, over a WebSocket that resumes after a break."""
        return AsyncEventStream(
            self._transport, event_types=event_types, inbox_id=inbox_id, inbox_ids=inbox_ids, resume_from=resume_from
        )


class AsyncAgentPost:
    """A client of an AgentPost server. Calls run in threads of the event loop's pool.

    api_key: an API key (ap_sk_…); default: the environment variable AGENTPOST_API_KEY.
    timeout: seconds that one attempt may take.
    max_retries: retries after a failed attempt, for requests that can be repeated safely.
    ssl_context: for https with a certificate authority of your own.
    """

    def __init__(
        self,
        api_key: Optional[str] = None,
        base_url: str = "http://localhost:8080",
        *,
        timeout: float = 60,
        max_retries: int = 3,
        ssl_context: Optional[ssl.SSLContext] = None,
    ) -> None:
        self._transport = Transport(api_key, base_url, timeout, max_retries, ssl_context)
        self.inboxes = AsyncInboxesApi(self._transport)
        self.keys = AsyncKeysApi(self._transport)
        self.messages = AsyncMessagesApi(self._transport)
        self.drafts = AsyncDraftsApi(self._transport)
        self.threads = AsyncThreadsApi(self._transport)
        self.folders = AsyncFoldersApi(self._transport)
        self.filter_rules = AsyncFilterRulesApi(self._transport)
        self.limits = AsyncLimitsApi(self._transport)
        self.sessions = AsyncSessionsApi(self._transport)
        self.remote_accounts = AsyncRemoteAccountsApi(self._transport)
        self.events = AsyncEventsApi(self._transport)
        self.webhooks = AsyncWebhooksApi(self._transport)
        self.realtime = AsyncRealtime(self._transport)

    async def me(
        self,
        *,
        timeout: Optional[float] = None,
    ) -> Key:
        """Tell what the key of this call may do."""
        answer: Key = await asyncio.to_thread(
            self._transport.call,
            "GET",
            "/api/v1/me",
            timeout=timeout,
        )
        return answer

    async def close(self) -> None:
        """Closes idle connections."""
        self._transport.close()

    async def __aenter__(self) -> "AsyncAgentPost":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
