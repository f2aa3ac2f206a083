"""The values that the API returns and takes. Generated from the OpenAPI document by ./agentpost sdk; do not edit."""

from __future__ import annotations

from typing import Any, Dict, List, Literal, Optional, TypedDict, Union


class AddressForm(TypedDict, total=False):
    email: Optional[str]
    name: Optional[str]


class Address(TypedDict):
    email: str
    name: Optional[str]


class Attachment(TypedDict):
    id: str
    filename: Optional[str]
    mime_type: str
    size: int
    content_id: Optional[str]
    inline: bool


class BatchRequest(TypedDict, total=False):
    ids: Optional[List[str]]


class Draft(TypedDict):
    id: str
    uid: int
    message: Message


class Event(TypedDict):
    id: str
    type: str
    timestamp: str
    organization_id: str
    inbox_id: Optional[str]
    data: Dict[str, Any]


class FileRequest(TypedDict, total=False):
    filename: Optional[str]
    mime_type: Optional[str]
    content: Optional[str]
    content_id: Optional[str]


class Folder(TypedDict):
    name: str
    special_use: Optional[str]
    messages: int
    unread: int


class InboxChange(TypedDict, total=False):
    display_name: Optional[str]
    send_paused: Optional[bool]
    send_paused_reason: Optional[str]


class InboxRequest(TypedDict, total=False):
    email: Optional[str]
    username: Optional[str]
    domain: Optional[str]
    display_name: Optional[str]
    client_id: Optional[str]


class Inbox(TypedDict):
    id: str
    email: str
    username: str
    domain: str
    display_name: Optional[str]
    client_id: Optional[str]
    send_paused: bool
    send_paused_reason: Optional[str]
    send_paused_by: Optional[str]
    created_at: str


class Key(TypedDict):
    id: str
    name: Optional[str]
    scopes: List[str]
    inbox_ids: Optional[List[str]]
    created_at: str
    expires_at: Optional[str]
    revoked_at: Optional[str]


class LabelRequest(TypedDict, total=False):
    labels: Optional[List[str]]


class Limits(TypedDict):
    message_size: Optional[int]
    recipients: Optional[int]
    messages_per_minute: Optional[int]
    messages_per_day: Optional[int]
    first_time_recipients_per_day: Optional[int]
    replies_per_thread_per_hour: Optional[int]
    imap_connections_per_inbox: Optional[int]
    inbox_size: Optional[int]
    inbox_messages: Optional[int]


class Link(TypedDict):
    url: str
    text: Optional[str]
    misleading: bool


class MessageChange(TypedDict, total=False):
    seen: Optional[bool]
    flagged: Optional[bool]
    answered: Optional[bool]
    folder: Optional[str]


class MessageRequest(TypedDict, total=False):
    to: Optional[List[Union[str, AddressForm]]]
    cc: Optional[List[Union[str, AddressForm]]]
    bcc: Optional[List[Union[str, AddressForm]]]
    reply_to: Optional[List[Union[str, AddressForm]]]
    subject: Optional[str]
    text_body: Optional[str]
    html_body: Optional[str]
    attachments: Optional[List[FileRequest]]
    headers: Optional[Dict[str, str]]
    in_reply_to: Optional[str]


_Message = TypedDict(
    "_Message",
    {
        "id": "str",
        "inbox_id": "str",
        "thread_id": "str",
        "direction": "str",
        "internet_message_id": "Optional[str]",
        "in_reply_to": "Optional[str]",
        "from": "Union[Address, None]",
        "to": "List[Address]",
        "cc": "List[Address]",
        "bcc": "List[Address]",
        "reply_to": "List[Address]",
        "subject": "Optional[str]",
        "preview": "str",
        "sent_at": "Optional[str]",
        "received_at": "str",
        "size": "int",
        "folders": "List[str]",
        "labels": "List[str]",
        "seen": "bool",
        "flagged": "bool",
        "answered": "bool",
        "has_attachments": "bool",
        "attachments": "List[Attachment]",
    },
)


class Message(_Message, total=False):
    text_body: Optional[str]
    extracted_text: Optional[str]
    hidden_text: Optional[str]
    warnings: Optional[List[str]]
    html_body: Optional[str]
    headers: Optional[str]
    truncated: Optional[bool]


class NewKeyRequest(TypedDict, total=False):
    name: Optional[str]
    scopes: Optional[List[str]]
    inboxes: Optional[List[str]]
    expires_in_days: Optional[int]


class NewKey(TypedDict):
    key: Key
    secret: str


class NewWebhook(TypedDict):
    webhook: Webhook
    secret: str


class ReplyRequest(TypedDict, total=False):
    to: Optional[List[Union[str, AddressForm]]]
    cc: Optional[List[Union[str, AddressForm]]]
    bcc: Optional[List[Union[str, AddressForm]]]
    subject: Optional[str]
    text_body: Optional[str]
    html_body: Optional[str]
    attachments: Optional[List[FileRequest]]


class RuleRequest(TypedDict, total=False):
    direction: Optional[str]
    action: Optional[str]
    match_type: Optional[str]
    value: Optional[str]
    inbox: Optional[str]
    level: Optional[str]


class Rule(TypedDict):
    id: str
    level: str
    direction: str
    action: str
    match_type: str
    value: str
    inbox: Optional[str]
    created_at: str


class Sent(TypedDict):
    id: str
    thread_id: str
    inbox_id: str
    internet_message_id: Optional[str]


class Session(TypedDict):
    id: str
    protocol: str
    inbox_id: str
    key_id: str
    remote_address: str
    since: str


class SurfaceConfig(TypedDict):
    host: str
    mailbox: str
    pollIntervalMinutes: int
    pollingEnabled: bool
    port: int
    provider: str
    secure: bool
    username: str


class SurfaceDone(TypedDict, total=False):
    success: bool


_SurfacePolled = TypedDict(
    "_SurfacePolled",
    {
        "messagesProcessed": "int",
        "lastUid": "int",
        "pollStatus": "str",
    },
)


class SurfacePolled(_SurfacePolled, total=False):
    success: bool


class SurfaceRequest(TypedDict, total=False):
    fromAddress: Optional[str]
    fromName: Optional[str]
    imapHost: Optional[str]
    imapPort: Optional[int]
    imapSecure: Optional[bool]
    imapUsername: Optional[str]
    imapPassword: Optional[str]
    imapAccessToken: Optional[str]
    smtpHost: Optional[str]
    smtpPort: Optional[int]
    smtpSecure: Optional[bool]
    smtpUsername: Optional[str]
    smtpPassword: Optional[str]
    smtpAccessToken: Optional[str]
    mailbox: Optional[str]
    pollIntervalMinutes: Optional[int]


class SurfaceStartRequest(TypedDict, total=False):
    verify: Optional[bool]
    fromAddress: Optional[str]
    fromName: Optional[str]
    imapHost: Optional[str]
    imapPort: Optional[int]
    imapSecure: Optional[bool]
    imapUsername: Optional[str]
    imapPassword: Optional[str]
    imapAccessToken: Optional[str]
    smtpHost: Optional[str]
    smtpPort: Optional[int]
    smtpSecure: Optional[bool]
    smtpUsername: Optional[str]
    smtpPassword: Optional[str]
    smtpAccessToken: Optional[str]
    mailbox: Optional[str]
    pollIntervalMinutes: Optional[int]


class SurfaceStatus(TypedDict):
    active: bool
    config: SurfaceConfig
    consecutiveErrors: int
    lastError: Optional[str]
    lastPollAt: Optional[str]
    lastSendError: Optional[str]
    lastUid: int
    mailbox: str
    messagesProcessed: int
    nextPollAt: Optional[str]
    pollIntervalMinutes: int
    pollStatus: str


class SurfaceTestRequest(TypedDict, total=False):
    fromAddress: Optional[str]
    fromName: Optional[str]
    smtpHost: Optional[str]
    smtpPort: Optional[int]
    smtpSecure: Optional[bool]
    smtpUsername: Optional[str]
    smtpPassword: Optional[str]
    smtpAccessToken: Optional[str]
    to: Optional[str]


_SurfaceTestSent = TypedDict(
    "_SurfaceTestSent",
    {
        "messageId": "str",
    },
)


class SurfaceTestSent(_SurfaceTestSent, total=False):
    success: bool


class SurfaceTrial(TypedDict):
    success: bool
    error: str


class SurfaceVerified(TypedDict):
    imap: SurfaceTrial
    smtp: SurfaceTrial


_Thread = TypedDict(
    "_Thread",
    {
        "id": "str",
        "inbox_id": "str",
        "subject": "Optional[str]",
        "message_count": "int",
        "unread_count": "int",
        "last_message_at": "str",
        "labels": "List[str]",
        "participants": "List[Address]",
    },
)


class Thread(_Thread, total=False):
    messages: Optional[List[Message]]


class Usage(TypedDict):
    limits: Limits
    messages_last_minute: int
    messages_last_day: int
    first_time_recipients_last_day: int
    held_octets: int
    held_messages: int


_Wait = TypedDict(
    "_Wait",
    {
        "message": "Union[Message, None]",
        "codes": "List[str]",
        "links": "List[str]",
    },
)


class Wait(_Wait, total=False):
    link_details: List[Link]


class WebhookChangeRequest(TypedDict, total=False):
    url: Optional[str]
    description: Optional[str]
    event_types: Optional[List[str]]
    inboxes: Optional[List[str]]
    enabled: Optional[bool]
    ordering: Literal["none", "inbox", None]
    batch_size: Optional[int]


class WebhookDelivery(TypedDict):
    id: str
    event_id: str
    event_type: str
    state: str
    attempts: int
    created_at: str
    next_attempt_at: Optional[str]
    delivered_at: Optional[str]
    last_attempt_at: Optional[str]
    last_status: Optional[int]
    last_error: Optional[str]
    last_duration_ms: Optional[int]


class WebhookRequest(TypedDict, total=False):
    url: Optional[str]
    description: Optional[str]
    event_types: Optional[List[str]]
    inboxes: Optional[List[str]]
    ordering: Literal["none", "inbox", None]
    batch_size: Optional[int]


class WebhookTest(TypedDict):
    success: bool
    status: Optional[int]
    error: Optional[str]
    duration_ms: int


class Webhook(TypedDict):
    id: str
    url: str
    description: Optional[str]
    event_types: Optional[List[str]]
    inbox_ids: Optional[List[str]]
    ordering: Literal["none", "inbox"]
    batch_size: int
    enabled: bool
    backlog: int
    lag_seconds: int
    failures_in_a_row: int
    failing_since: Optional[str]
    paused_until: Optional[str]
    last_error: Optional[str]
    last_error_at: Optional[str]
    disabled_at: Optional[str]
    disabled_reason: Optional[str]
    key_id: Optional[str]
    created_at: str
