/** Any failure of a call. `code` is stable and meant for programs, `fix` names the next action. */
export class AgentPostError extends Error {
  readonly code?: string;
  readonly fix?: string;
  /** The HTTP status, if the server answered. */
  readonly status?: number;
  readonly requestId?: string;
  /** Seconds to wait before the next try. */
  readonly retryAfter?: number;
}
/** The server could not be reached, or the connection broke. */
export class ConnectionError extends AgentPostError {}
/** The server did not answer within the timeout. */
export class TimeoutError extends AgentPostError {}
/** The server answered with an error. */
export class ApiError extends AgentPostError {}
/** 400, 413, 422: the request is invalid. */
export class InvalidRequestError extends ApiError {}
/** 401: the key is missing, wrong, expired or revoked. */
export class AuthenticationError extends ApiError {}
/** 403: the key, or a sending rule, does not allow it. */
export class PermissionDeniedError extends ApiError {}
/** 404: it does not exist, or the key has no access to it. */
export class NotFoundError extends ApiError {}
/** 409: it has changed, exists already, or a list is full. */
export class ConflictError extends ApiError {}
/** 429: too many requests or messages; `retryAfter` is in seconds. */
export class RateLimitError extends ApiError {}
/** 5xx: the server failed or is unavailable. */
export class ServerError extends ApiError {}
/** The signature of a webhook is missing, wrong, or too old. */
export class WebhookVerificationError extends AgentPostError {}

export interface ClientOptions {
  /** An API key (`ap_sk_…`). Default: the environment variable AGENTPOST_API_KEY. */
  apiKey?: string;
  /** Default: `http://localhost:8080`. */
  baseUrl?: string;
  /** Seconds that one attempt may take. Default: 60. */
  timeout?: number;
  /** Retries after a failed attempt, for requests that can be repeated safely. Default: 3. */
  maxRetries?: number;
  fetch?: typeof globalThis.fetch;
  /** For runtimes without a WebSocket of their own, such as Node.js 18 and 20. */
  WebSocket?: unknown;
}

export interface RequestOptions {
  /** Sends with the same key within a day are sent once. Default: a new one for each call, which its retries share. */
  idempotencyKey?: string;
  /** Seconds that one attempt may take. */
  timeout?: number;
  maxRetries?: number;
  signal?: AbortSignal;
}

/** One page of a list. Iterating over it yields the entries of this page and of all further ones. */
export class Page<T> implements AsyncIterable<T> {
  readonly data: T[];
  readonly next_cursor: string | null;
  /** The next page, or null after the last one. */
  nextPage(): Promise<Page<T> | null>;
  [Symbol.asyncIterator](): AsyncIterator<T>;
}

/** What a list method returns: await it for the first page, or iterate over it for all entries. */
export interface PagePromise<T> extends Promise<Page<T>>, AsyncIterable<T> {}

export interface Subscription {
  /** Such as `message.received` or `message.*`. Default: all. */
  event_types?: string[];
  inbox_id?: string;
  inbox_ids?: string[];
  /** The id of the last event that was seen. */
  resume_from?: string;
}

/**
 * Events as they happen. Iterate over it with `for await`. After a broken connection it connects again and resumes after
 * the last event, so none is missed.
 */
export class EventStream implements AsyncIterable<Event> {
  readonly lastEventId?: string;
  /** Resolves when the server has accepted the subscription, after the iteration began. */
  readonly ready: Promise<void>;
  close(): void;
  [Symbol.asyncIterator](): AsyncIterator<Event>;
}

export interface VerifyOptions {
  /** Default: 300. */
  toleranceSeconds?: number;
  /** Seconds since 1970. Default: the clock's. */
  now?: number;
}

/** Checks the signature of a webhook (Standard Webhooks) and returns the event. `body` is the request's body as received. */
export function verifyWebhook(
  body: string | ArrayBuffer | Uint8Array,
  headers: Headers | Record<string, string | string[] | undefined>,
  secret: string,
  options?: VerifyOptions,
): Promise<Event>;
