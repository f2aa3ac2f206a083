"use strict";
// Generated from the OpenAPI document by ./agentpost sdk; do not edit.

const RETRIED_STATUSES = new Set([429, 502, 503, 504]);
const FIRST_PAUSE_SECONDS = 0.5;
const LONGEST_PAUSE_SECONDS = 30;

/** Any failure of a call. `code` is stable and meant for programs, `fix` names the next action. */
class AgentPostError extends Error {
  constructor(message, fields = {}) {
    super(message, fields.cause ? { cause: fields.cause } : undefined);
    this.name = new.target.name;
    this.code = fields.code;
    this.fix = fields.fix;
    this.status = fields.status;
    this.requestId = fields.requestId;
    this.retryAfter = fields.retryAfter;
  }
}
/** The server could not be reached, or the connection broke. */
class ConnectionError extends AgentPostError {}
/** The server did not answer within the timeout. */
class TimeoutError extends AgentPostError {}
/** The server answered with an error. */
class ApiError extends AgentPostError {}
/** 400, 413, 422: the request is invalid. */
class InvalidRequestError extends ApiError {}
/** 401: the key is missing, wrong, expired or revoked. */
class AuthenticationError extends ApiError {}
/** 403: the key, or a sending rule, does not allow it. */
class PermissionDeniedError extends ApiError {}
/** 404: it does not exist, or the key has no access to it. */
class NotFoundError extends ApiError {}
/** 409: it has changed, exists already, or a list is full. */
class ConflictError extends ApiError {}
/** 429: too many requests or messages; `retryAfter` is in seconds. */
class RateLimitError extends ApiError {}
/** 5xx: the server failed or is unavailable. */
class ServerError extends ApiError {}
/** The signature of a webhook is missing, wrong, or too old. */
class WebhookVerificationError extends AgentPostError {}

function errorClass(status) {
  if (status >= 500) return ServerError;
  return (
    { 401: AuthenticationError, 403: PermissionDeniedError, 404: NotFoundError, 409: ConflictError, 429: RateLimitError }[status] ??
    InvalidRequestError
  );
}

/** One page of a list. Iterating over it yields the entries of this page and of all further ones. */
class Page {
  constructor(data, next_cursor, fetchPage) {
    this.data = data;
    this.next_cursor = next_cursor;
    Object.defineProperty(this, "fetchPage", { value: fetchPage, enumerable: false });
  }

  /** The next page, or null after the last one. */
  async nextPage() {
    return this.next_cursor == null ? null : this.fetchPage(this.next_cursor);
  }

  async *[Symbol.asyncIterator]() {
    for (let page = this; page !== null; page = await page.nextPage()) yield* page.data;
  }
}

/** What a list method returns: await it for the first page, or iterate over it for all entries. */
class PagePromise {
  constructor(fetchPage, cursor) {
    this.first = () => (this.started ??= fetchPage(cursor));
  }

  then(fulfilled, rejected) {
    return this.first().then(fulfilled, rejected);
  }

  catch(rejected) {
    return this.first().catch(rejected);
  }

  finally(done) {
    return this.first().finally(done);
  }

  async *[Symbol.asyncIterator]() {
    yield* await this.first();
  }
}

class Transport {
  constructor({ apiKey, baseUrl = "http://localhost:8080", timeout = 60, maxRetries = 3, fetch = globalThis.fetch, WebSocket } = {}) {
    const key = apiKey ?? globalThis.process?.env?.AGENTPOST_API_KEY;
    if (!key) {
      throw new AgentPostError("The API key is missing.", { code: "missing_key", fix: "Pass apiKey, or set AGENTPOST_API_KEY." });
    }
    this.apiKey = key;
    this.baseUrl = baseUrl.replace(/\/+$/, "");
    this.timeout = timeout;
    this.maxRetries = maxRetries;
    this.fetch = fetch;
    this.WebSocket = WebSocket;
  }

  /** @param operation {method, path, as: "json" | "text" | "bytes" | "none", idempotent, wait} */
  async call(operation, { path, query, body, options = {} }) {
    const url = this.url(operation.path, path, query);
    const headers = { authorization: `Bearer ${this.apiKey}`, accept: "*/*" };
    if (body !== undefined) headers["content-type"] = "application/json";
    if (operation.idempotent) headers["idempotency-key"] = options.idempotencyKey ?? (await webCrypto()).randomUUID();
    const repeatable = operation.idempotent || operation.method !== "POST";
    const content = body === undefined ? undefined : JSON.stringify(body);
    const retries = options.maxRetries ?? this.maxRetries;
    let maybeDone = false;
    for (let attempt = 0; ; attempt++) {
      let failure;
      try {
        const response = await this.attempt(url, operation, headers, content, query, options);
        if (response.ok) return await read(response, operation.as);
        failure = await apiError(response);
        // The first try has deleted it; only its answer was lost.
        if (failure.status === 404 && operation.method === "DELETE" && maybeDone) return undefined;
      } catch (error) {
        if (options.signal?.aborted || !(error instanceof ConnectionError || error instanceof TimeoutError)) throw error;
        failure = error;
      }
      // 429 is sent before anything is done, so any request can be repeated.
      maybeDone ||= failure.status !== 429;
      const again = failure.status === 429 || (repeatable && (failure.status === undefined || RETRIED_STATUSES.has(failure.status)));
      if (!again || attempt >= retries) throw failure;
      const pause = failure.retryAfter ?? Math.min(FIRST_PAUSE_SECONDS * 2 ** attempt, LONGEST_PAUSE_SECONDS) * (0.75 + Math.random() / 2);
      // A limit that ends later than any patience is for the caller to handle.
      if (pause > LONGEST_PAUSE_SECONDS) throw failure;
      await sleep(pause, options.signal);
    }
  }

  list(operation, request) {
    const fetchPage = async (cursor) => {
      const query = cursor == null ? request.query : { ...request.query, cursor };
      const { data, next_cursor } = await this.call(operation, { ...request, query });
      return new Page(data, next_cursor, fetchPage);
    };
    return new PagePromise(fetchPage);
  }

  url(path, parameters = {}, query = {}) {
    const filled = path.replace(/\{(\w+)\}/g, (_, name) => {
      const value = parameters[name];
      if (value === undefined || value === null || value === "") throw new TypeError(`${name}: required`);
      return encodeURIComponent(value);
    });
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      for (const one of Array.isArray(value) ? value : [value]) {
        if (one !== undefined && one !== null) search.append(name, one instanceof Date ? one.toISOString() : String(one));
      }
    }
    const text = search.toString();
    return this.baseUrl + filled + (text && `?${text}`);
  }

  async attempt(url, operation, headers, body, query, options) {
    const seconds = (options.timeout ?? this.timeout) + (operation.wait ? Number(query?.timeout ?? 0) : 0);
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), seconds * 1000);
    const cancel = () => limit.abort();
    options.signal?.addEventListener("abort", cancel, { once: true });
    if (options.signal?.aborted) limit.abort();
    try {
      // Browsers' fetch must not be called as a method of another object.
      const { fetch } = this;
      const response = await fetch(url, { method: operation.method, headers, body, signal: limit.signal, redirect: "manual" });
      // Within the timeout, so that a server that stops halfway does not hold the caller for ever.
      const bytes = await response.arrayBuffer();
      return { ok: response.ok, status: response.status, headers: response.headers, bytes };
    } catch (error) {
      if (options.signal?.aborted) throw options.signal.reason ?? error;
      if (limit.signal.aborted) throw new TimeoutError(`The server did not answer within ${seconds} seconds.`, { cause: error });
      throw new ConnectionError(`Could not reach ${this.baseUrl}: ${error.cause?.message ?? error.message}`, { cause: error });
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", cancel);
    }
  }
}

function read({ bytes }, as) {
  if (as === "bytes") return new Uint8Array(bytes);
  if (as === "none") return undefined;
  const text = new TextDecoder().decode(bytes);
  return as === "text" ? text : JSON.parse(text);
}

function apiError({ status, headers, bytes }) {
  let error = {};
  try {
    const found = JSON.parse(new TextDecoder().decode(bytes)).error;
    error = typeof found === "object" && found !== null ? found : {};
  } catch {
    // A proxy in front may answer with a page of its own.
  }
  const seconds = Number(headers.get("retry-after") ?? NaN);
  return new (errorClass(status))(error.message ?? `The server answered ${status}.`, {
    code: error.code ?? `http_${status}`,
    fix: error.fix,
    status,
    requestId: error.request_id ?? headers.get("x-request-id") ?? undefined,
    retryAfter: Number.isFinite(seconds) ? seconds : undefined,
  });
}

function sleep(seconds, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, seconds * 1000);
    if (signal?.aborted) return stop();
    signal?.addEventListener("abort", stop, { once: true });
  });
}

// Node.js 18 has it in a module only.
async function webCrypto() {
  return globalThis.crypto?.subtle ? globalThis.crypto : (await import("node:crypto")).webcrypto;
}

const decodeBase64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

function equal(first, second) {
  let difference = first.length ^ second.length;
  for (let at = 0; at < first.length; at++) difference |= first.charCodeAt(at) ^ second.charCodeAt(at);
  return difference === 0;
}

/** Checks the signature of a webhook (Standard Webhooks) and returns the event. `body` is the request's body as received. */
async function verifyWebhook(body, headers, secret, { toleranceSeconds = 300, now = Date.now() / 1000 } = {}) {
  const header = (name) => (typeof headers.get === "function" ? headers.get(name) : (headers[name] ?? headers[name.toLowerCase()])) ?? "";
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : new Uint8Array(body);
  const id = header("webhook-id");
  const timestamp = header("webhook-timestamp");
  if (!id || !timestamp) throw new WebhookVerificationError("The webhook has no signature.", { code: "signature_missing" });
  if (!(Math.abs(now - Number(timestamp)) <= toleranceSeconds)) {
    throw new WebhookVerificationError("The webhook is too old, or the clocks differ.", { code: "timestamp_out_of_range" });
  }
  const crypto = await webCrypto();
  const key = secret.startsWith("whsec_") ? decodeBase64(secret.slice(6)) : new TextEncoder().encode(secret);
  const hmac = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const head = new TextEncoder().encode(`${id}.${timestamp}.`);
  const signed = new Uint8Array(head.length + bytes.length);
  signed.set(head);
  signed.set(bytes, head.length);
  const digest = new Uint8Array(await crypto.subtle.sign("HMAC", hmac, signed));
  const expected = `v1,${btoa(String.fromCharCode(...digest))}`;
  // All are compared, in a time that does not depend on where they differ.
  const genuine = header("webhook-signature").split(" ").reduce((found, one) => equal(one, expected) || found, false);
  if (!genuine) throw new WebhookVerificationError("The signature of the webhook is wrong.", { code: "signature_invalid" });
  return JSON.parse(new TextDecoder().decode(bytes));
}

/**
 * Events as they happen. Iterate over it with `for await`. After a broken connection it connects again and resumes after the last event, so none is missed.
 */
class EventStream {
  constructor(transport, subscription) {
    this.transport = transport;
    this.subscription = subscription;
    this.lastEventId = subscription.resume_from;
    this.closed = false;
    this.ready = new Promise((resolve) => (this.subscribed = resolve));
  }

  close() {
    this.closed = true;
    this.socket?.close();
    this.wake?.();
  }

  async *[Symbol.asyncIterator]() {
    try {
      for (let attempt = 0; !this.closed; attempt++) {
        if (attempt > 0) await sleep(Math.min(FIRST_PAUSE_SECONDS * 2 ** (attempt - 1), LONGEST_PAUSE_SECONDS));
        for await (const message of this.messages()) {
          if (message.type === "subscribed") {
            attempt = 0;
            this.subscribed();
          } else if (message.type === "event") {
            attempt = 0;
            this.lastEventId = message.data.id;
            yield message.data;
          } else if (message.type === "error" && message.error.code === "unavailable") {
            break;
          } else if (message.type === "error") {
            throw new ApiError(message.error.message, message.error);
          }
        }
      }
    } finally {
      this.close();
    }
  }

  // The messages of one connection, to its end.
  async *messages() {
    const Socket = this.transport.WebSocket ?? globalThis.WebSocket;
    if (!Socket) {
      throw new AgentPostError("This runtime has no WebSocket.", { code: "no_websocket", fix: "Pass WebSocket, such as require('ws'), to AgentPost." });
    }
    const url = `${this.transport.baseUrl.replace(/^http/, "ws")}/ws?token=${encodeURIComponent(this.transport.apiKey)}`;
    const socket = (this.socket = new Socket(url));
    const arrived = [];
    let ended = false;
    const wake = () => this.wake?.();
    socket.onopen = () => socket.send(JSON.stringify({ ...this.subscription, type: "subscribe", resume_from: this.lastEventId }));
    socket.onmessage = (message) => (arrived.push(JSON.parse(message.data)), wake());
    socket.onclose = () => ((ended = true), wake());
    socket.onerror = () => {};
    try {
      while (!this.closed) {
        if (arrived.length > 0) yield arrived.shift();
        else if (ended) return;
        else await new Promise((resolve) => (this.wake = resolve));
      }
    } finally {
      socket.close();
    }
  }
}

class InboxesApi {
  #transport;

  constructor(transport) {
    this.#transport = transport;
  }

  create(body, options) {
    const operation = { method: "POST", path: "/api/v1/inboxes", as: "json" };
    return this.#transport.call(operation, { body, options });
  }

  list(query, options) {
    const operation = { method: "GET", path: "/api/v1/inboxes", as: "json" };
    return this.#transport.list(operation, { query, options });
  }

  get(inbox, options) {
    const operation = { method: "GET", path: "/api/v1/inboxes/{inbox}", as: "json" };
    return this.#transport.call(operation, { path: { inbox }, options });
  }

  update(inbox, body, options) {
    const operation = { method: "PATCH", path: "/api/v1/inboxes/{inbox}", as: "json" };
    return this.#transport.call(operation, { path: { inbox }, body, options });
  }

  delete(inbox, options) {
    const operation = { method: "DELETE", path: "/api/v1/inboxes/{inbox}", as: "none" };
    return this.#transport.call(operation, { path: { inbox }, options });
  }

  usage(inbox, options) {
    const operation = { method: "GET", path: "/api/v1/inboxes/{inbox}/limits", as: "json" };
    return this.#transport.call(operation, { path: { inbox }, options });
  }

  exportCredentials(query, options) {
    const operation = { method: "GET", path: "/api/v1/inboxes/credentials/export", as: "text" };
    return this.#transport.call(operation, { query, options });
  }
}

class KeysApi {
  #transport;

  constructor(transport) {
    this.#transport = transport;
  }

  create(body, options) {
    const operation = { method: "POST", path: "/api/v1/keys", as: "json" };
    return this.#transport.call(operation, { body, options });
  }

  list(query, options) {
    const operation = { method: "GET", path: "/api/v1/keys", as: "json" };
    return this.#transport.list(operation, { query, options });
  }

  get(key, options) {
    const operation = { method: "GET", path: "/api/v1/keys/{key}", as: "json" };
    return this.#transport.call(operation, { path: { key }, options });
  }

  revoke(key, options) {
    const operation = { method: "DELETE", path: "/api/v1/keys/{key}", as: "none" };
    return this.#transport.call(operation, { path: { key }, options });
  }
}

class MessagesApi {
  #transport;

  constructor(transport) {
    this.#transport = transport;
  }

  list(inbox, query, options) {
    const operation = { method: "GET", path: "/api/v1/inboxes/{inbox}/messages", as: "json" };
    return this.#transport.list(operation, { path: { inbox }, query, options });
  }

  send(inbox, body, options) {
    const operation = { method: "POST", path: "/api/v1/inboxes/{inbox}/messages", as: "json", idempotent: true };
    return this.#transport.call(operation, { path: { inbox }, body, options });
  }

  getMany(inbox, body, query, options) {
    const operation = { method: "POST", path: "/api/v1/inboxes/{inbox}/messages/batch", as: "json" };
    return this.#transport.call(operation, { path: { inbox }, body, query, options });
  }

  get(inbox, message, query, options) {
    const operation = { method: "GET", path: "/api/v1/inboxes/{inbox}/messages/{message}", as: "json" };
    return this.#transport.call(operation, { path: { inbox, message }, query, options });
  }

  update(inbox, message, body, options) {
    const operation = { method: "PATCH", path: "/api/v1/inboxes/{inbox}/messages/{message}", as: "json" };
    return this.#transport.call(operation, { path: { inbox, message }, body, options });
  }

  delete(inbox, message, query, options) {
    const operation = { method: "DELETE", path: "/api/v1/inboxes/{inbox}/messages/{message}", as: "none" };
    return this.#transport.call(operation, { path: { inbox, message }, query, options });
  }

  raw(inbox, message, options) {
    const operation = { method: "GET", path: "/api/v1/inboxes/{inbox}/messages/{message}/raw", as: "bytes" };
    return this.#transport.call(operation, { path: { inbox, message }, options });
  }

  addLabels(inbox, message, body, options) {
    const operation = { method: "POST", path: "/api/v1/inboxes/{inbox}/messages/{message}/labels", as: "json" };
    return this.#transport.call(operation, { path: { inbox, message }, body, options });
  }

  removeLabels(inbox, message, body, options) {
    const operation = { method: "DELETE", path: "/api/v1/inboxes/{inbox}/messages/{message}/labels", as: "json" };
    return this.#transport.call(operation, { path: { inbox, message }, body, options });
  }

  restore(inbox, message, options) {
    const operation = { method: "POST", path: "/api/v1/inboxes/{inbox}/messages/{message}/restore", as: "json" };
    return this.#transport.call(operation, { path: { inbox, message }, options });
  }

  getAttachment(inbox, message, attachment, options) {
    const operation = { method: "GET", path: "/api/v1/inboxes/{inbox}/messages/{message}/attachments/{attachment}", as: "bytes" };
    return this.#transport.call(operation, { path: { inbox, message, attachment }, options });
  }

  reply(inbox, message, body, options) {
    const operation = { method: "POST", path: "/api/v1/inboxes/{inbox}/messages/{message}/reply", as: "json", idempotent: true };
    return this.#transport.call(operation, { path: { inbox, message }, body, options });
  }

  replyAll(inbox, message, body, options) {
    const operation = { method: "POST", path: "/api/v1/inboxes/{inbox}/messages/{message}/reply-all", as: "json", idempotent: true };
    return this.#transport.call(operation, { path: { inbox, message }, body, options });
  }

  forward(inbox, message, body, options) {
    const operation = { method: "POST", path: "/api/v1/inboxes/{inbox}/messages/{message}/forward", as: "json", idempotent: true };
    return this.#transport.call(operation, { path: { inbox, message }, body, options });
  }

  wait(inbox, query, options) {
    const operation = { method: "GET", path: "/api/v1/inboxes/{inbox}/messages/wait", as: "json", wait: true };
    return this.#transport.call(operation, { path: { inbox }, query, options });
  }
}

class DraftsApi {
  #transport;

  constructor(transport) {
    this.#transport = transport;
  }

  create(inbox, body, options) {
    const operation = { method: "POST", path: "/api/v1/inboxes/{inbox}/drafts", as: "json" };
    return this.#transport.call(operation, { path: { inbox }, body, options });
  }

  list(inbox, query, options) {
    const operation = { method: "GET", path: "/api/v1/inboxes/{inbox}/drafts", as: "json" };
    return this.#transport.list(operation, { path: { inbox }, query, options });
  }

  get(inbox, draft, options) {
    const operation = { method: "GET", path: "/api/v1/inboxes/{inbox}/drafts/{draft}", as: "json" };
    return this.#transport.call(operation, { path: { inbox, draft }, options });
  }

  update(inbox, draft, body, options) {
    const operation = { method: "PATCH", path: "/api/v1/inboxes/{inbox}/drafts/{draft}", as: "json" };
    return this.#transport.call(operation, { path: { inbox, draft }, body, options });
  }

  delete(inbox, draft, options) {
    const operation = { method: "DELETE", path: "/api/v1/inboxes/{inbox}/drafts/{draft}", as: "none" };
    return this.#transport.call(operation, { path: { inbox, draft }, options });
  }

  send(inbox, draft, options) {
    const operation = { method: "POST", path: "/api/v1/inboxes/{inbox}/drafts/{draft}/send", as: "json", idempotent: true };
    return this.#transport.call(operation, { path: { inbox, draft }, options });
  }
}

class ThreadsApi {
  #transport;

  constructor(transport) {
    this.#transport = transport;
  }

  list(inbox, query, options) {
    const operation = { method: "GET", path: "/api/v1/inboxes/{inbox}/threads", as: "json" };
    return this.#transport.list(operation, { path: { inbox }, query, options });
  }

  get(inbox, thread, query, options) {
    const operation = { method: "GET", path: "/api/v1/inboxes/{inbox}/threads/{thread}", as: "json" };
    return this.#transport.call(operation, { path: { inbox, thread }, query, options });
  }

  addLabels(inbox, thread, body, options) {
    const operation = { method: "POST", path: "/api/v1/inboxes/{inbox}/threads/{thread}/labels", as: "json" };
    return this.#transport.call(operation, { path: { inbox, thread }, body, options });
  }

  removeLabels(inbox, thread, body, options) {
    const operation = { method: "DELETE", path: "/api/v1/inboxes/{inbox}/threads/{thread}/labels", as: "json" };
    return this.#transport.call(operation, { path: { inbox, thread }, body, options });
  }
}

class FoldersApi {
  #transport;

  constructor(transport) {
    this.#transport = transport;
  }

  list(inbox, options) {
    const operation = { method: "GET", path: "/api/v1/inboxes/{inbox}/folders", as: "json" };
    return this.#transport.list(operation, { path: { inbox }, options });
  }
}

class FilterRulesApi {
  #transport;

  constructor(transport) {
    this.#transport = transport;
  }

  create(body, options) {
    const operation = { method: "POST", path: "/api/v1/filter-rules", as: "json" };
    return this.#transport.call(operation, { body, options });
  }

  list(options) {
    const operation = { method: "GET", path: "/api/v1/filter-rules", as: "json" };
    return this.#transport.list(operation, { options });
  }

  delete(rule, options) {
    const operation = { method: "DELETE", path: "/api/v1/filter-rules/{rule}", as: "none" };
    return this.#transport.call(operation, { path: { rule }, options });
  }
}

class LimitsApi {
  #transport;

  constructor(transport) {
    this.#transport = transport;
  }

  get(options) {
    const operation = { method: "GET", path: "/api/v1/limits", as: "json" };
    return this.#transport.call(operation, { options });
  }
}

class SessionsApi {
  #transport;

  constructor(transport) {
    this.#transport = transport;
  }

  list(options) {
    const operation = { method: "GET", path: "/api/v1/sessions", as: "json" };
    return this.#transport.list(operation, { options });
  }

  end(session, options) {
    const operation = { method: "DELETE", path: "/api/v1/sessions/{session}", as: "none" };
    return this.#transport.call(operation, { path: { session }, options });
  }
}

class RemoteAccountsApi {
  #transport;

  constructor(transport) {
    this.#transport = transport;
  }

  start(surfaceId, body, options) {
    const operation = { method: "POST", path: "/v1/messaging/imap/{surfaceId}/start", as: "json" };
    return this.#transport.call(operation, { path: { surfaceId }, body, options });
  }

  stop(surfaceId, options) {
    const operation = { method: "POST", path: "/v1/messaging/imap/{surfaceId}/stop", as: "json" };
    return this.#transport.call(operation, { path: { surfaceId }, options });
  }

  status(surfaceId, options) {
    const operation = { method: "GET", path: "/v1/messaging/imap/{surfaceId}/status", as: "json" };
    return this.#transport.call(operation, { path: { surfaceId }, options });
  }

  poll(surfaceId, options) {
    const operation = { method: "POST", path: "/v1/messaging/imap/{surfaceId}/poll", as: "json" };
    return this.#transport.call(operation, { path: { surfaceId }, options });
  }

  verify(surfaceId, body, options) {
    const operation = { method: "POST", path: "/v1/messaging/imap/{surfaceId}/verify", as: "json" };
    return this.#transport.call(operation, { path: { surfaceId }, body, options });
  }

  testSend(surfaceId, body, options) {
    const operation = { method: "POST", path: "/v1/messaging/imap/{surfaceId}/test-send", as: "json" };
    return this.#transport.call(operation, { path: { surfaceId }, body, options });
  }
}

class EventsApi {
  #transport;

  constructor(transport) {
    this.#transport = transport;
  }

  list(query, options) {
    const operation = { method: "GET", path: "/api/v1/events", as: "json" };
    return this.#transport.list(operation, { query, options });
  }
}

class WebhooksApi {
  #transport;

  constructor(transport) {
    this.#transport = transport;
  }

  create(body, options) {
    const operation = { method: "POST", path: "/api/v1/webhooks", as: "json" };
    return this.#transport.call(operation, { body, options });
  }

  list(query, options) {
    const operation = { method: "GET", path: "/api/v1/webhooks", as: "json" };
    return this.#transport.list(operation, { query, options });
  }

  get(webhook, options) {
    const operation = { method: "GET", path: "/api/v1/webhooks/{webhook}", as: "json" };
    return this.#transport.call(operation, { path: { webhook }, options });
  }

  update(webhook, body, options) {
    const operation = { method: "PATCH", path: "/api/v1/webhooks/{webhook}", as: "json" };
    return this.#transport.call(operation, { path: { webhook }, body, options });
  }

  delete(webhook, options) {
    const operation = { method: "DELETE", path: "/api/v1/webhooks/{webhook}", as: "none" };
    return this.#transport.call(operation, { path: { webhook }, options });
  }

  test(webhook, options) {
    const operation = { method: "POST", path: "/api/v1/webhooks/{webhook}/test", as: "json" };
    return this.#transport.call(operation, { path: { webhook }, options });
  }

  deliveries(webhook, query, options) {
    const operation = { method: "GET", path: "/api/v1/webhooks/{webhook}/deliveries", as: "json" };
    return this.#transport.list(operation, { path: { webhook }, query, options });
  }

  redeliver(webhook, delivery, options) {
    const operation = { method: "POST", path: "/api/v1/webhooks/{webhook}/deliveries/{delivery}/redeliver", as: "json" };
    return this.#transport.call(operation, { path: { webhook, delivery }, options });
  }

  verify(...given) {
    return verifyWebhook(...given);
  }
}

class AgentPost {
  #transport;

  constructor(options) {
    this.#transport = new Transport(options);
    this.inboxes = new InboxesApi(this.#transport);
    this.keys = new KeysApi(this.#transport);
    this.messages = new MessagesApi(this.#transport);
    this.drafts = new DraftsApi(this.#transport);
    this.threads = new ThreadsApi(this.#transport);
    this.folders = new FoldersApi(this.#transport);
    this.filterRules = new FilterRulesApi(this.#transport);
    this.limits = new LimitsApi(this.#transport);
    this.sessions = new SessionsApi(this.#transport);
    this.remoteAccounts = new RemoteAccountsApi(this.#transport);
    this.events = new EventsApi(this.#transport);
    this.webhooks = new WebhooksApi(this.#transport);
    this.realtime = { connect: (subscription = {}) => new EventStream(this.#transport, subscription) };
  }

  me(options) {
    const operation = { method: "GET", path: "/api/v1/me", as: "json" };
    return this.#transport.call(operation, { options });
  }
}


module.exports = { AgentPostError, ConnectionError, TimeoutError, ApiError, InvalidRequestError, AuthenticationError, PermissionDeniedError, NotFoundError, ConflictError, RateLimitError, ServerError, WebhookVerificationError, Page, verifyWebhook, EventStream, AgentPost, default: AgentPost };
