// Generated from the OpenAPI document by ./agentpost sdk; do not edit.

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

export interface AddressForm {
  email?: string | null;
  name?: string | null;
}

export interface Address {
  email: string;
  name: string | null;
}

export interface Attachment {
  id: string;
  filename: string | null;
  mime_type: string;
  size: number;
  content_id: string | null;
  inline: boolean;
}

export interface BatchRequest {
  ids?: string[] | null;
}

export interface Draft {
  id: string;
  uid: number;
  message: Message;
}

export interface Event {
  id: string;
  type: string;
  timestamp: string;
  organization_id: string;
  inbox_id: string | null;
  data: Record<string, unknown>;
}

export interface FileRequest {
  filename?: string | null;
  mime_type?: string | null;
  content?: string | null;
  content_id?: string | null;
}

export interface Folder {
  name: string;
  special_use: string | null;
  messages: number;
  unread: number;
}

export interface InboxChange {
  display_name?: string | null;
  send_paused?: boolean | null;
  send_paused_reason?: string | null;
}

export interface InboxRequest {
  email?: string | null;
  username?: string | null;
  domain?: string | null;
  display_name?: string | null;
  client_id?: string | null;
}

export interface Inbox {
  id: string;
  email: string;
  username: string;
  domain: string;
  display_name: string | null;
  client_id: string | null;
  send_paused: boolean;
  send_paused_reason: string | null;
  send_paused_by: string | null;
  created_at: string;
}

export interface Key {
  id: string;
  name: string | null;
  scopes: string[];
  inbox_ids: string[] | null;
  created_at: string;
  expires_at: string | null;
  revoked_at: string | null;
}

export interface LabelRequest {
  labels?: string[] | null;
}

export interface Limits {
  message_size: number | null;
  recipients: number | null;
  messages_per_minute: number | null;
  messages_per_day: number | null;
  first_time_recipients_per_day: number | null;
  replies_per_thread_per_hour: number | null;
  imap_connections_per_inbox: number | null;
  inbox_size: number | null;
  inbox_messages: number | null;
}

export interface Link {
  url: string;
  text: string | null;
  misleading: boolean;
}

export interface MessageChange {
  seen?: boolean | null;
  flagged?: boolean | null;
  answered?: boolean | null;
  folder?: string | null;
}

export interface MessageRequest {
  to?: Array<string | AddressForm> | null;
  cc?: Array<string | AddressForm> | null;
  bcc?: Array<string | AddressForm> | null;
  reply_to?: Array<string | AddressForm> | null;
  subject?: string | null;
  text_body?: string | null;
  html_body?: string | null;
  attachments?: FileRequest[] | null;
  headers?: Record<string, string> | null;
  in_reply_to?: string | null;
}

export interface Message {
  id: string;
  inbox_id: string;
  thread_id: string;
  direction: string;
  internet_message_id: string | null;
  in_reply_to: string | null;
  from: Address | null;
  to: Address[];
  cc: Address[];
  bcc: Address[];
  reply_to: Address[];
  subject: string | null;
  preview: string;
  sent_at: string | null;
  received_at: string;
  size: number;
  folders: string[];
  labels: string[];
  seen: boolean;
  flagged: boolean;
  answered: boolean;
  has_attachments: boolean;
  attachments: Attachment[];
  text_body?: string | null;
  extracted_text?: string | null;
  hidden_text?: string | null;
  warnings?: string[] | null;
  html_body?: string | null;
  headers?: string | null;
  truncated?: boolean | null;
}

export interface NewKeyRequest {
  name?: string | null;
  scopes?: string[] | null;
  inboxes?: string[] | null;
  expires_in_days?: number | null;
}

export interface NewKey {
  key: Key;
  secret: string;
}

export interface NewWebhook {
  webhook: Webhook;
  secret: string;
}

export interface ReplyRequest {
  to?: Array<string | AddressForm> | null;
  cc?: Array<string | AddressForm> | null;
  bcc?: Array<string | AddressForm> | null;
  subject?: string | null;
  text_body?: string | null;
  html_body?: string | null;
  attachments?: FileRequest[] | null;
}

export interface RuleRequest {
  direction?: string | null;
  action?: string | null;
  match_type?: string | null;
  value?: string | null;
  inbox?: string | null;
  level?: string | null;
}

export interface Rule {
  id: string;
  level: string;
  direction: string;
  action: string;
  match_type: string;
  value: string;
  inbox: string | null;
  created_at: string;
}

export interface Sent {
  id: string;
  thread_id: string;
  inbox_id: string;
  internet_message_id: string | null;
}

export interface Session {
  id: string;
  protocol: string;
  inbox_id: string;
  key_id: string;
  remote_address: string;
  since: string;
}

export interface SurfaceConfig {
  host: string;
  mailbox: string;
  pollIntervalMinutes: number;
  pollingEnabled: boolean;
  port: number;
  provider: string;
  secure: boolean;
  username: string;
}

export interface SurfaceDone {
  success?: boolean;
}

export interface SurfacePolled {
  messagesProcessed: number;
  lastUid: number;
  pollStatus: string;
  success?: boolean;
}

export interface SurfaceRequest {
  fromAddress?: string | null;
  fromName?: string | null;
  imapHost?: string | null;
  imapPort?: number | null;
  imapSecure?: boolean | null;
  imapUsername?: string | null;
  imapPassword?: string | null;
  imapAccessToken?: string | null;
  smtpHost?: string | null;
  smtpPort?: number | null;
  smtpSecure?: boolean | null;
  smtpUsername?: string | null;
  smtpPassword?: string | null;
  smtpAccessToken?: string | null;
  mailbox?: string | null;
  pollIntervalMinutes?: number | null;
}

export interface SurfaceStartRequest {
  verify?: boolean | null;
  fromAddress?: string | null;
  fromName?: string | null;
  imapHost?: string | null;
  imapPort?: number | null;
  imapSecure?: boolean | null;
  imapUsername?: string | null;
  imapPassword?: string | null;
  imapAccessToken?: string | null;
  smtpHost?: string | null;
  smtpPort?: number | null;
  smtpSecure?: boolean | null;
  smtpUsername?: string | null;
  smtpPassword?: string | null;
  smtpAccessToken?: string | null;
  mailbox?: string | null;
  pollIntervalMinutes?: number | null;
}

export interface SurfaceStatus {
  active: boolean;
  config: SurfaceConfig;
  consecutiveErrors: number;
  lastError: string | null;
  lastPollAt: string | null;
  lastSendError: string | null;
  lastUid: number;
  mailbox: string;
  messagesProcessed: number;
  nextPollAt: string | null;
  pollIntervalMinutes: number;
  pollStatus: string;
}

export interface SurfaceTestRequest {
  fromAddress?: string | null;
  fromName?: string | null;
  smtpHost?: string | null;
  smtpPort?: number | null;
  smtpSecure?: boolean | null;
  smtpUsername?: string | null;
  smtpPassword?: string | null;
  smtpAccessToken?: string | null;
  to?: string | null;
}

export interface SurfaceTestSent {
  messageId: string;
  success?: boolean;
}

export interface SurfaceTrial {
  success: boolean;
  error: string;
}

export interface SurfaceVerified {
  imap: SurfaceTrial;
  smtp: SurfaceTrial;
}

export interface Thread {
  id: string;
  inbox_id: string;
  subject: string | null;
  message_count: number;
  unread_count: number;
  last_message_at: string;
  labels: string[];
  participants: Address[];
  messages?: Message[] | null;
}

export interface Usage {
  limits: Limits;
  messages_last_minute: number;
  messages_last_day: number;
  first_time_recipients_last_day: number;
  held_octets: number;
  held_messages: number;
}

export interface Wait {
  message: Message | null;
  codes: string[];
  links: string[];
  link_details?: Link[];
}

export interface WebhookChangeRequest {
  url?: string | null;
  description?: string | null;
  event_types?: string[] | null;
  inboxes?: string[] | null;
  enabled?: boolean | null;
  ordering?: "none" | "inbox" | null;
  batch_size?: number | null;
}

export interface WebhookDelivery {
  id: string;
  event_id: string;
  event_type: string;
  state: string;
  attempts: number;
  created_at: string;
  next_attempt_at: string | null;
  delivered_at: string | null;
  last_attempt_at: string | null;
  last_status: number | null;
  last_error: string | null;
  last_duration_ms: number | null;
}

export interface WebhookRequest {
  url?: string | null;
  description?: string | null;
  event_types?: string[] | null;
  inboxes?: string[] | null;
  ordering?: "none" | "inbox" | null;
  batch_size?: number | null;
}

export interface WebhookTest {
  success: boolean;
  status: number | null;
  error: string | null;
  duration_ms: number;
}

export interface Webhook {
  id: string;
  url: string;
  description: string | null;
  event_types: string[] | null;
  inbox_ids: string[] | null;
  ordering: "none" | "inbox";
  batch_size: number;
  enabled: boolean;
  backlog: number;
  lag_seconds: number;
  failures_in_a_row: number;
  failing_since: string | null;
  paused_until: string | null;
  last_error: string | null;
  last_error_at: string | null;
  disabled_at: string | null;
  disabled_reason: string | null;
  key_id: string | null;
  created_at: string;
}

export interface InboxesListQuery {
  /** How many at most, 1 to 200; 50 when not given. */
  limit?: number;
}

export interface InboxesExportCredentialsQuery {
  /** true: make a key for each inbox, with the rights to read and write messages that this key has. */
  mint?: boolean;
}

export interface KeysListQuery {
  /** How many at most, 1 to 200; 50 when not given. */
  limit?: number;
}

export interface MessagesListQuery {
  /** How many at most, 1 to 200; 50 when not given. */
  limit?: number;
  /** summary: what a list has; text: besides text_body and extracted_text; full: besides html_body and headers. */
  view?: "summary" | "text" | "full";
  /** Longest text in characters, 0 to 1048576; 20000 when not given. */
  max_chars?: number;
  /** INBOX, Sent, Drafts, Trash or the name of another folder. */
  folder?: string;
  /** Id of a thread. */
  thread?: string;
  /** A label that they bear. */
  label?: string;
  /** true: not seen yet; false: seen. */
  unread?: boolean;
  /** true: flagged; false: not. */
  flagged?: boolean;
  /** Part of a name or address in From. */
  from?: string;
  /** Part of a name or address in To, Cc or Bcc. */
  to?: string;
  /** Part of the subject. */
  subject?: string;
  /** Part of any header field or of the text. */
  q?: string;
  /** Received at or after this instant. */
  since?: string | Date;
  /** Received before this instant. */
  until?: string | Date;
  /** newest (standard) or oldest first. */
  order?: "newest" | "oldest";
}

export interface MessagesGetManyQuery {
  /** summary: what a list has; text: besides text_body and extracted_text; full: besides html_body and headers. */
  view?: "summary" | "text" | "full";
  /** Longest text in characters, 0 to 1048576; 20000 when not given. */
  max_chars?: number;
}

export interface MessagesGetQuery {
  /** summary: what a list has; text: besides text_body and extracted_text; full: besides html_body and headers. */
  view?: "summary" | "text" | "full";
  /** Longest text in characters, 0 to 1048576; 20000 when not given. */
  max_chars?: number;
}

export interface MessagesDeleteQuery {
  /** true: not into Trash, and out of Trash. */
  permanent?: boolean;
}

export interface MessagesWaitQuery {
  /** Part of a name or address in From. */
  from?: string;
  /** Part of the subject. */
  subject?: string;
  /** Take one that has come already, at or after this instant. */
  since?: string | Date;
  /** Seconds to wait, 0 to 300; 30 when not given. Then message is null. */
  timeout?: number;
  /** Longest text in characters, 0 to 1048576; 20000 when not given. */
  max_chars?: number;
}

export interface DraftsListQuery {
  /** How many at most, 1 to 200; 50 when not given. */
  limit?: number;
}

export interface ThreadsListQuery {
  /** How many at most, 1 to 200; 50 when not given. */
  limit?: number;
}

export interface ThreadsGetQuery {
  /** How many messages at most, 1 to 200; 50 when not given. */
  limit?: number;
  /** summary: what a list has; text: besides text_body and extracted_text; full: besides html_body and headers. */
  view?: "summary" | "text" | "full";
  /** Longest text in characters, 0 to 1048576; 20000 when not given. */
  max_chars?: number;
}

export interface EventsListQuery {
  /** How many at most, 1 to 200; 50 when not given. */
  limit?: number;
  /** Id of an event (evt_…): only what came after it. Without it, from the oldest that is kept. */
  after?: string;
  /** A type such as message.received, or a family such as message.*; may be given more than once. */
  type?: string;
  /** Id or address of an inbox; may be given more than once. */
  inbox?: string;
}

export interface WebhooksListQuery {
  /** How many at most, 1 to 200; 50 when not given. */
  limit?: number;
}

export interface WebhooksDeliveriesQuery {
  /** How many at most, 1 to 200; 50 when not given. */
  limit?: number;
}

export interface InboxesApi {
  /** Create an inbox. With a client_id that is known already, the inbox that has it is answered (200). */
  create(body: InboxRequest, options?: RequestOptions): Promise<Inbox>;
  /** List the inboxes that the key opens, by address. */
  list(query?: InboxesListQuery, options?: RequestOptions): PagePromise<Inbox>;
  /** Get an inbox. */
  get(inbox: string, options?: RequestOptions): Promise<Inbox>;
  /**
   * Change the name of an inbox, or pause and resume sending. A key resumes what its own level, or one below, has
   * paused.
   */
  update(inbox: string, body: InboxChange, options?: RequestOptions): Promise<Inbox>;
  /** Delete an inbox and all its mail. Its sessions end. */
  delete(inbox: string, options?: RequestOptions): Promise<void>;
  /** Tell the limits and what the inbox has used of them. */
  usage(inbox: string, options?: RequestOptions): Promise<Usage>;
  /**
   * Export how to log in to each inbox as CSV. The password is the key of this call; with mint=true a new key for each
   * inbox (needs keys:write and messages:read).
   */
  exportCredentials(query?: InboxesExportCredentialsQuery, options?: RequestOptions): Promise<string>;
}

export interface KeysApi {
  /** Create a key. Its secret is in the answer, this once. */
  create(body: NewKeyRequest, options?: RequestOptions): Promise<NewKey>;
  /** List the keys, oldest first, those that have ended too; never their secrets. */
  list(query?: KeysListQuery, options?: RequestOptions): PagePromise<Key>;
  /** Get a key, without its secret. */
  get(key: string, options?: RequestOptions): Promise<Key>;
  /** Revoke a key. Its sessions end at once; revoking twice is no error. */
  revoke(key: string, options?: RequestOptions): Promise<void>;
}

export interface MessagesApi {
  /** List messages, newest first; without folder all but drafts and what is in Trash. */
  list(inbox: string, query?: MessagesListQuery, options?: RequestOptions): PagePromise<Message>;
  /** Send a message. It is filed in Sent. */
  send(inbox: string, body: MessageRequest, options?: RequestOptions): Promise<Sent>;
  /** Get up to 100 messages by id; those that there are not are left out. */
  getMany(inbox: string, body: BatchRequest, query?: MessagesGetManyQuery, options?: RequestOptions): Promise<{ data: Message[] }>;
  /** Get a message. It is not marked as seen. */
  get(inbox: string, message: string, query?: MessagesGetQuery, options?: RequestOptions): Promise<Message>;
  /** Mark a message as seen, flagged or answered, or move it to a folder, where it is alone then. */
  update(inbox: string, message: string, body: MessageChange, options?: RequestOptions): Promise<Message>;
  /** Delete a message: it falls into Trash, or with permanent=true is gone. A draft is gone. */
  delete(inbox: string, message: string, query?: MessagesDeleteQuery, options?: RequestOptions): Promise<void>;
  /** Get the octets of a message (RFC 5322). */
  raw(inbox: string, message: string, options?: RequestOptions): Promise<Uint8Array>;
  /** Add labels to a message. */
  addLabels(inbox: string, message: string, body: LabelRequest, options?: RequestOptions): Promise<Message>;
  /** Remove labels from a message. */
  removeLabels(inbox: string, message: string, body: LabelRequest, options?: RequestOptions): Promise<Message>;
  /** Take a message out of Trash: into INBOX, or Sent if it was sent from here. */
  restore(inbox: string, message: string, options?: RequestOptions): Promise<Message>;
  /** Get a file of a message, decoded. */
  getAttachment(inbox: string, message: string, attachment: string, options?: RequestOptions): Promise<Uint8Array>;
  /** Answer a message, to its sender. */
  reply(inbox: string, message: string, body: ReplyRequest, options?: RequestOptions): Promise<Sent>;
  /** Answer a message, to its sender and all it went to. */
  replyAll(inbox: string, message: string, body: ReplyRequest, options?: RequestOptions): Promise<Sent>;
  /** Pass a message on, with its files. */
  forward(inbox: string, message: string, body: ReplyRequest, options?: RequestOptions): Promise<Sent>;
  /**
   * Wait for a message to come to INBOX, and find codes and links in its text. Without since, one that comes after the
   * call began.
   */
  wait(inbox: string, query?: MessagesWaitQuery, options?: RequestOptions): Promise<Wait>;
}

export interface DraftsApi {
  /** Make a draft. */
  create(inbox: string, body: MessageRequest, options?: RequestOptions): Promise<Draft>;
  /** List the drafts, oldest first. */
  list(inbox: string, query?: DraftsListQuery, options?: RequestOptions): PagePromise<Draft>;
  /** Get a draft with its text. */
  get(inbox: string, draft: string, options?: RequestOptions): Promise<Draft>;
  /** Change a draft; what is absent stays. */
  update(inbox: string, draft: string, body: MessageRequest, options?: RequestOptions): Promise<Draft>;
  /** Delete a draft, for good. */
  delete(inbox: string, draft: string, options?: RequestOptions): Promise<void>;
  /** Send a draft: it moves to Sent. */
  send(inbox: string, draft: string, options?: RequestOptions): Promise<Sent>;
}

export interface ThreadsApi {
  /** List the threads, the one with the newest message first. */
  list(inbox: string, query?: ThreadsListQuery, options?: RequestOptions): PagePromise<Thread>;
  /** Get a thread with its newest messages, oldest first. */
  get(inbox: string, thread: string, query?: ThreadsGetQuery, options?: RequestOptions): Promise<Thread>;
  /** Add labels to all messages of a thread. */
  addLabels(inbox: string, thread: string, body: LabelRequest, options?: RequestOptions): Promise<Thread>;
  /** Remove labels from all messages of a thread. */
  removeLabels(inbox: string, thread: string, body: LabelRequest, options?: RequestOptions): Promise<Thread>;
}

export interface FoldersApi {
  /** List the folders with how much is in them. */
  list(inbox: string, options?: RequestOptions): PagePromise<Folder>;
}

export interface FilterRulesApi {
  /**
   * Add a rule, or change the action of the one there is for this value. A recipient must be allowed on every level
   * (operator, organization, inbox); within a level the most specific rule decides.
   */
  create(body: RuleRequest, options?: RequestOptions): Promise<Rule>;
  /** List the rules. */
  list(options?: RequestOptions): PagePromise<Rule>;
  /** Remove a rule. */
  delete(rule: string, options?: RequestOptions): Promise<void>;
}

export interface LimitsApi {
  /** Tell the limits of the server; null is unlimited. */
  get(options?: RequestOptions): Promise<Limits>;
}

export interface SessionsApi {
  /** List the IMAP and SMTP sessions of this host. */
  list(options?: RequestOptions): PagePromise<Session>;
  /** End a session. Its client may log in again. */
  end(session: string, options?: RequestOptions): Promise<void>;
}

export interface RemoteAccountsApi {
  /** Connect a remote account to the inbox and start fetching its new mail. Call it again to change the settings. */
  start(surfaceId: string, body: SurfaceStartRequest, options?: RequestOptions): Promise<SurfaceDone>;
  /** Stop fetching and sending through the remote account. Its settings are kept. */
  stop(surfaceId: string, options?: RequestOptions): Promise<SurfaceDone>;
  /** Show the state of the remote account, with the last poll and send errors. */
  status(surfaceId: string, options?: RequestOptions): Promise<SurfaceStatus>;
  /** Poll for new mail now and wait for the result. */
  poll(surfaceId: string, options?: RequestOptions): Promise<SurfacePolled>;
  /** Log in to both servers of an account without storing it. The response contains the errors. */
  verify(surfaceId: string, body: SurfaceRequest, options?: RequestOptions): Promise<SurfaceVerified>;
  /** Send a test message through a remote server. */
  testSend(surfaceId: string, body: SurfaceTestRequest, options?: RequestOptions): Promise<SurfaceTestSent>;
}

export interface EventsApi {
  /**
   * List events in their order, oldest first, as far as the key may see them. They are written from the first call on,
   * while somebody asks for them. WebSocket /ws pushes the same.
   */
  list(query?: EventsListQuery, options?: RequestOptions): PagePromise<Event>;
}

export interface WebhooksApi {
  /**
   * Make a webhook. It is told what happens from now on, as far as this key may see it. Its secret is in the answer,
   * this once.
   */
  create(body: WebhookRequest, options?: RequestOptions): Promise<NewWebhook>;
  /** List the webhooks, oldest first. */
  list(query?: WebhooksListQuery, options?: RequestOptions): PagePromise<Webhook>;
  /** Get a webhook, without its secret. */
  get(webhook: string, options?: RequestOptions): Promise<Webhook>;
  /** Change a webhook; what is absent stays. enabled=true forgets past failures, and what waits is sent. */
  update(webhook: string, body: WebhookChangeRequest, options?: RequestOptions): Promise<Webhook>;
  /** Delete a webhook, and what it was still to be told. */
  delete(webhook: string, options?: RequestOptions): Promise<void>;
  /** Send the webhook an event of the type webhook.test now, and tell what it answers. Failures are in the body. */
  test(webhook: string, options?: RequestOptions): Promise<WebhookTest>;
  /** List what the webhook was told, or is to be told, newest first, for as long as events are kept. */
  deliveries(webhook: string, query?: WebhooksDeliveriesQuery, options?: RequestOptions): PagePromise<WebhookDelivery>;
  /** Tell the webhook the event of a delivery once more. */
  redeliver(webhook: string, delivery: string, options?: RequestOptions): Promise<WebhookDelivery>;
  /** Checks the signature of a webhook (Standard Webhooks) and returns the event. */
  verify: typeof verifyWebhook;
}

export class AgentPost {
  constructor(options?: ClientOptions);
  /** Tell what the key of this call may do. */
  me(options?: RequestOptions): Promise<Key>;
  readonly inboxes: InboxesApi;
  readonly keys: KeysApi;
  readonly messages: MessagesApi;
  readonly drafts: DraftsApi;
  readonly threads: ThreadsApi;
  readonly folders: FoldersApi;
  readonly filterRules: FilterRulesApi;
  readonly limits: LimitsApi;
  readonly sessions: SessionsApi;
  readonly remoteAccounts: RemoteAccountsApi;
  readonly events: EventsApi;
  readonly webhooks: WebhooksApi;
  readonly realtime: { connect(subscription?: Subscription): EventStream };
}

export default AgentPost;
