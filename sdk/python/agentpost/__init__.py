"""AgentPost: email inboxes for AI agents. See AgentPost and AsyncAgentPost."""

from ._realtime import AsyncEventStream, EventStream
from ._resources import AgentPost, AsyncAgentPost
from ._runtime import (
    UNSET,
    AgentPostError,
    ApiError,
    AsyncPage,
    AuthenticationError,
    ConflictError,
    ConnectionFailedError,
    InvalidRequestError,
    NotFoundError,
    Page,
    PermissionDeniedError,
    RateLimitError,
    RequestTimeoutError,
    ServerError,
    WebhookVerificationError,
    verify_webhook,
)

__all__ = [
    "UNSET",
    "AgentPost",
    "AgentPostError",
    "ApiError",
    "AsyncAgentPost",
    "AsyncEventStream",
    "AsyncPage",
    "AuthenticationError",
    "ConflictError",
    "ConnectionFailedError",
    "EventStream",
    "InvalidRequestError",
    "NotFoundError",
    "Page",
    "PermissionDeniedError",
    "RateLimitError",
    "RequestTimeoutError",
    "ServerError",
    "WebhookVerificationError",
    "verify_webhook",
]
