namespace AgentPost.EndToEnd.Tests;

/// <summary>
/// The rooms of src and the arrows between them. Rows are in order: a room uses only rooms above it. A new room gets a
/// row; a new arrow is a decision, and one that would point upward means that a type is in the wrong room.
/// </summary>
static class RoomTable
{
    /// <summary>Rooms that nearly every other one uses: the pictures leave them out.</summary>
    public static IReadOnlySet<string> Undrawn { get; } = new HashSet<string> { "Model", "Wire" };

    public static IReadOnlyList<Room> Rows { get; } =
    [
        new("Mime.Characters", "Charsets, case folding, text that Postgres can store."),
        new("Mime.Transfer", "Decodes and encodes transfer encodings: base64, quoted-printable, uuencode.")
        {
            Uses = ["Characters"],
        },
        new("Mime.Headers", "Reads header fields: addresses, dates, encoded words, Message-IDs, content types.")
        {
            Uses = ["Characters", "Transfer"],
        },
        new("Mime.Structure", "Finds the parts of a message; writes and reads ENVELOPE and BODYSTRUCTURE.")
        {
            Uses = ["Characters", "Transfer", "Headers"],
        },
        new("Mime.Conversion", "Fixes line ends; converts binary parts to base64.")
        {
            Uses = ["Transfer", "Headers", "Structure"],
        },
        new("Mime.Html", "Turns HTML into text and links, with MimeKit's tokenizer.")
        {
            Uses = ["Characters"],
        },
        new("Mime.Tnef", "Finds files and text in TNEF (winmail.dat), with MimeKit's reader.")
        {
            Uses = ["Characters", "Structure"],
        },
        new("Mime.Text", "Extracts the text, the reply and the preview of a message.")
        {
            Uses = ["Characters", "Transfer", "Headers", "Structure", "Html", "Tnef"],
        },
        new("Mime.Findings", "Finds the codes and links that an agent waits for.")
        {
            Uses = ["Characters", "Html"],
        },
        new("Mime.Scanning", "Scans a message once and gathers everything that is stored in addition to its bytes.")
        {
            Uses = ["Characters", "Transfer", "Headers", "Structure", "Html", "Tnef", "Text"],
        },
        new("Mime.Composing", "Builds messages and DSNs, with MimeKit.")
        {
            Uses = ["Characters", "Transfer", "Headers", "Scanning"],
        },

        new("Protocol.Dns", "Looks up and caches DNS records."),
        new("Protocol.Sasl", "Runs SASL exchanges."),
        new("Protocol.Compression", "Compresses a connection (DEFLATE)."),
        new("Protocol.Tls", "Loads certificates and secures connections."),
        new("Protocol.Connections", "Client connections and their sessions: limits, timeouts, registry, trace, lines.")
        {
            Uses = ["Compression", "Tls"],
        },
        new("Protocol", "The messages that this project logs."),

        new("Store.Addresses", "Addresses and domains in the one spelling that compares.")
        {
            Outside = ["Mime.Headers"],
        },
        new("Store.Model", "Ids, values and errors.")
        {
            Uses = ["Addresses"],
        },
        new("Store.Data", "The database kernel: connections, commands, readers, and the encryption of stored secrets.")
        {
            Uses = ["Model"],
        },
        new("Store.Schema", "Migrates the schema, and what older versions stored.")
        {
            Uses = ["Model", "Data"],
        },
        new("Store.Embedded", "Runs the private Postgres cluster.")
        {
            Uses = ["Model"],
        },
        new("Store.Hints", "Carries notifications within and between instances.")
        {
            Uses = ["Model", "Data"],
        },
        new("Store.Live", "Keeps immutable snapshots of the folders in use.")
        {
            Uses = ["Model", "Data"],
        },
        new("Store.Reading", "Reads messages, lists, threads, drafts and the change log.")
        {
            Uses = ["Model", "Data"],
            Outside = ["Mime.Characters", "Mime.Structure"],
        },
        new("Store.Search", "Searches, sorts and threads a snapshot.")
        {
            Uses = ["Model", "Data", "Live"],
            Outside = ["Mime.Characters", "Mime.Headers", "Mime.Structure"],
        },
        new("Store.Events", "Records events in order; keeps webhooks and their deliveries.")
        {
            Uses = ["Model", "Data", "Hints"],
            Outside = ["Mime.Characters", "Mime.Structure", "Mime.Text"],
        },
        new("Store.Access", "Organizations, domains, inboxes, keys, logins; which addresses are local.")
        {
            Uses = ["Addresses", "Model", "Data", "Hints", "Live", "Events"],
        },
        new("Store.Spooling", "Receives a message: spool, scan, prefix.")
        {
            Uses = ["Addresses", "Model", "Data"],
            Outside = ["Mime.Headers", "Mime.Conversion", "Mime.Scanning"],
        },
        new("Store.Writing", "Runs one write transaction: lock, UIDs, mod-sequences, entries, event notes, commit.")
        {
            Uses = ["Model", "Data", "Hints", "Live", "Events", "Spooling"],
            Outside = ["Mime.Structure", "Mime.Scanning"],
        },
        new(
            "Store.Mailbox",
            "Makes the changes of a mail client: folders, flags, copies, expunges, appends, imports, one copy "
            + "in Sent.")
        {
            Uses = ["Addresses", "Model", "Data", "Events", "Access", "Spooling", "Writing"],
        },
        new("Store.Inbound", "Delivers inbound mail to local inboxes.")
        {
            Uses = ["Addresses", "Model", "Data", "Events", "Access", "Spooling", "Writing"],
        },
        new("Store.Outbound", "Queues mail for later or remote delivery and settles delivery attempts.")
        {
            Uses =
            [
                "Addresses", "Model", "Data", "Hints", "Reading", "Events", "Access", "Spooling", "Writing", "Mailbox",
            ],
            Outside = ["Mime.Headers", "Mime.Composing"],
        },
        new("Store.Sending", "Accepts submissions under the sending rules.")
        {
            Uses =
            [
                "Addresses", "Model", "Data", "Hints", "Events", "Access", "Spooling", "Writing", "Mailbox", "Outbound",
            ],
            Outside = ["Mime.Headers", "Mime.Structure", "Mime.Conversion", "Mime.Scanning"],
        },
        new("Store.Remote", "Keeps remote accounts: settings, secrets, poll positions.")
        {
            Uses = ["Model", "Data", "Hints", "Spooling", "Writing", "Mailbox", "Inbound"],
            Outside = ["Mime.Headers"],
        },
        new("Store", "`MailStore` opens the store and offers its operations; `Retention` purges.")
        {
            Uses =
            [
                "Model", "Data", "Schema", "Embedded", "Hints", "Live", "Reading", "Search", "Events", "Access",
                "Spooling", "Writing", "Mailbox", "Inbound", "Outbound", "Sending", "Remote",
            ],
        },

        new("Protocol.Smtp.Wire", "Reads DATA and BDAT; writes replies.")
        {
            Outside = ["Protocol.Connections"],
        },
        new("Protocol.Smtp.Grammar", "Parses paths and ESMTP parameters.")
        {
            Uses = ["Wire"],
            Outside = ["Mime.Headers", "Store.Outbound"],
        },
        new("Protocol.Smtp.Client", "Delivers a message to one remote server.")
        {
            Uses = ["Grammar"],
            Outside = ["Protocol.Tls", "Protocol.Connections", "Store.Outbound"],
        },
        new("Protocol.Smtp.Authentication", "SPF, DKIM, DMARC.")
        {
            Outside = ["Mime.Headers", "Protocol.Dns", "Store.Spooling"],
        },
        new("Protocol.Smtp.Session", "State of a session and its transaction, the interface of receivers, options.")
        {
            Uses = ["Wire", "Grammar", "Authentication"],
            Outside =
            [
                "Mime.Conversion", "Protocol.Sasl", "Protocol.Connections", "Store.Model", "Store.Access",
                "Store.Spooling", "Store.Mailbox", "Store.Outbound", "Store.Sending", "Store",
            ],
        },
        new(
            "Protocol.Smtp.Receivers",
            "Accept or reject senders and recipients, and store the message: submission, inbound mail.")
        {
            Uses = ["Wire", "Grammar", "Authentication", "Session"],
            Outside =
            [
                "Mime.Headers", "Mime.Scanning", "Protocol.Connections", "Store.Model", "Store.Access",
                "Store.Spooling", "Store.Inbound", "Store.Sending",
            ],
        },
        new("Protocol.Smtp.Commands", "Parses the commands, a file for each verb.")
        {
            Uses = ["Wire", "Grammar", "Session"],
            Outside = ["Protocol.Sasl", "Protocol.Connections", "Store.Outbound"],
        },
        new("Protocol.Smtp.Engine", "Runs SmtpServer's sessions over AgentPost's own pipe.")
        {
            Uses = ["Wire", "Grammar", "Session", "Commands"],
            Outside = ["Protocol.Sasl", "Protocol.Connections", "Store.Model", "Store.Access", "Store.Outbound"],
        },
        new("Protocol.Smtp", "The two connection handlers; they choose the receiver.")
        {
            Uses = ["Authentication", "Session", "Receivers", "Engine"],
            Outside = ["Protocol.Connections", "Store"],
        },

        new("Protocol.Imap.Wire", "Frames commands; writes responses, status lines and number sets.")
        {
            Outside = ["Protocol.Connections", "Store.Model", "Store.Mailbox"],
        },
        new("Protocol.Imap.Grammar", "Parses the productions that commands share.")
        {
            Uses = ["Wire"],
            Outside = ["Mime.Characters", "Store.Model"],
        },
        new(
            "Protocol.Imap.View",
            "Knows which messages the client has seen, and computes the difference to a snapshot.")
        {
            Uses = ["Wire", "Grammar"],
            Outside = ["Store.Model", "Store.Live", "Store.Mailbox"],
        },
        new("Protocol.Imap.Fetch", "FETCH items: what each reads and writes.")
        {
            Uses = ["Wire", "Grammar", "View"],
            Outside =
            [
                "Mime.Transfer", "Mime.Headers", "Mime.Structure", "Mime.Scanning", "Store.Model", "Store.Reading",
            ],
        },
        new("Protocol.Imap.Selection", "The selected folder, and the updates that report its changes.")
        {
            Uses = ["Wire", "View", "Fetch"],
            Outside = ["Store.Model", "Store.Live", "Store.Reading", "Store.Search"],
        },
        new("Protocol.Imap.Notify", "NOTIFY: requests and watched folders.")
        {
            Uses = ["Wire", "Grammar", "View", "Fetch", "Selection"],
            Outside = ["Store.Model", "Store.Live", "Store.Mailbox", "Store"],
        },
        new(
            "Protocol.Imap.Session",
            "The state of a session, the contexts that commands receive, capabilities, options.")
        {
            Uses = ["Wire", "Grammar", "View", "Selection", "Notify"],
            Outside = ["Protocol.Connections", "Store.Model", "Store.Access", "Store.Mailbox", "Store"],
        },
        new(
            "Protocol.Imap.Commands.Connection",
            "CAPABILITY, ID, NOOP, LOGOUT, LOGIN, AUTHENTICATE, ENABLE, COMPRESS, IDLE, NOTIFY.")
        {
            Uses = ["Wire", "Grammar", "View", "Fetch", "Selection", "Notify", "Session"],
            Outside = ["Protocol.Sasl"],
        },
        new(
            "Protocol.Imap.Commands.Mailboxes",
            "LIST, LSUB, XLIST, STATUS, CREATE, DELETE, RENAME, (UN)SUBSCRIBE, NAMESPACE, METADATA, QUOTA, with "
            + "their options and responses.")
        {
            Uses = ["Wire", "Grammar", "View", "Session"],
            Outside = ["Store.Model", "Store.Live", "Store"],
        },
        new(
            "Protocol.Imap.Commands.Mail",
            "SELECT, UNSELECT, CLOSE, CHECK, APPEND, REPLACE, FETCH, STORE, COPY, MOVE, EXPUNGE, with their "
            + "arguments.")
        {
            Uses = ["Wire", "Grammar", "View", "Fetch", "Selection", "Session"],
            Outside = ["Mime.Conversion", "Store.Model", "Store.Live", "Store.Spooling", "Store.Mailbox"],
        },
        new("Protocol.Imap.Commands.Search", "SEARCH, SORT, THREAD, CANCELUPDATE, with their responses.")
        {
            Uses = ["Wire", "Grammar", "View", "Fetch", "Selection", "Session"],
            Outside = ["Store.Model", "Store.Live", "Store.Search"],
        },
        new(
            "Protocol.Imap.Commands",
            "`CommandTable`: one row per command. A command room holds commands and the types that only they "
            + "use; what two of them share is in `Session`.")
        {
            Uses =
            [
                "Wire", "Grammar", "Selection", "Session", "Commands.Connection", "Commands.Mailboxes", "Commands.Mail",
                "Commands.Search",
            ],
            Outside = ["Protocol.Connections"],
        },
        new("Protocol.Imap", "`ImapConnectionHandler` accepts a connection; `ImapSession` runs its commands.")
        {
            Uses = ["Wire", "Grammar", "View", "Selection", "Session", "Commands"],
            Outside = ["Protocol.Connections", "Store.Model", "Store"],
        },

        new("Host.Settings", "Reads and checks settings; errors for the operator.")
        {
            Outside =
            [
                "Protocol.Dns", "Protocol.Connections", "Store.Addresses", "Store.Model", "Store.Sending", "Store",
                "Protocol.Smtp.Client", "Protocol.Smtp.Session", "Protocol.Imap.Session",
            ],
        },
        new("Host.Logging", "Configures log output."),
        new("Host.Json", "The JSON form of values and events, for API and webhooks alike.")
        {
            Outside = ["Store.Events"],
        },
        new("Host.Remote", "Opens connections to remote servers and URLs; rejects private addresses.")
        {
            Uses = ["Settings"],
            Outside =
            [
                "Mime.Composing", "Protocol.Tls", "Protocol.Connections", "Store.Model", "Store.Remote",
                "Protocol.Smtp.Client",
            ],
        },
        new("Host.Setup", "Client configuration: profiles, autoconfig, setup page, credential export.")
        {
            Uses = ["Settings"],
            Outside = ["Store.Addresses", "Store.Model", "Store.Access", "Store"],
        },
        new("Host.DomainChecks", "The DNS records that a domain needs, and their check.")
        {
            Uses = ["Settings"],
            Outside = ["Protocol.Dns", "Store.Access", "Protocol.Smtp.Authentication"],
        },
        new("Host.Diagnosis", "Runs the checks of `doctor`.")
        {
            Uses = ["Settings", "Remote"],
            Outside =
            [
                "Protocol.Dns", "Protocol.Tls", "Store.Model", "Store.Reading", "Store.Events", "Store.Access",
                "Store.Mailbox", "Store.Remote", "Store", "Protocol.Smtp.Client",
            ],
        },
        new("Host.MailFiles", "Reads and writes mbox, Maildir and .eml.")
        {
            Uses = ["Settings"],
            Outside =
            [
                "Mime.Headers", "Store.Model", "Store.Live", "Store.Reading", "Store.Spooling", "Store.Mailbox",
                "Store", "Protocol.Imap.Wire",
            ],
        },
        new("Host.Workers.Supervision", "Runs workers, restarts them with back-off, renews their leases.")
        {
            Outside = ["Store.Model", "Store.Data", "Store"],
        },
        new("Host.Workers.Upkeep", "Retention, revocation of sessions, session events, memory.")
        {
            Uses = ["Settings", "Workers.Supervision"],
            Outside = ["Protocol.Connections", "Store.Model", "Store.Events", "Store"],
        },
        new(
            "Host.Workers.Delivery",
            "Delivers queued mail: routes, one worker per destination, classification of results, DSNs.")
        {
            Uses = ["Settings", "Remote", "Workers.Supervision"],
            Outside =
            [
                "Mime.Headers", "Mime.Structure", "Mime.Scanning", "Mime.Composing", "Protocol.Dns", "Protocol.Tls",
                "Store.Model", "Store.Access", "Store.Spooling", "Store.Outbound", "Store", "Protocol.Smtp.Client",
                "Protocol.Smtp.Authentication",
            ],
        },
        new("Host.Workers.Polling", "Polls remote accounts.")
        {
            Uses = ["Settings", "Remote", "Workers.Supervision"],
            Outside = ["Store.Model", "Store.Spooling", "Store.Remote", "Store"],
        },
        new("Host.Workers.WebhookCalls", "Delivers webhooks.")
        {
            Uses = ["Settings", "Json", "Remote", "Workers.Supervision"],
            Outside = ["Store.Model", "Store.Events", "Store"],
        },
        new("Host.Api.Requests", "Requests, responses, errors, pages, authorization.")
        {
            Uses = ["Settings", "Json"],
            Outside =
            [
                "Protocol.Connections", "Store.Model", "Store.Access", "Store.Spooling", "Store.Sending", "Store",
            ],
        },
        new("Host.Api.Access", "`me`, inboxes, keys, sessions, credentials.")
        {
            Uses = ["Setup", "Api.Requests"],
            Outside = ["Protocol.Connections", "Store.Model", "Store.Access"],
        },
        new("Host.Api.Mail", "Messages, attachments, threads, folders, `wait`.")
        {
            Uses = ["Api.Requests"],
            Outside =
            [
                "Mime.Characters", "Mime.Transfer", "Mime.Structure", "Mime.Text", "Mime.Findings", "Mime.Composing",
                "Store.Model", "Store.Live", "Store.Reading", "Store.Access", "Store.Mailbox", "Store",
            ],
        },
        new("Host.Api.Sending", "Sends, drafts, filter rules, limits.")
        {
            Uses = ["Api.Requests", "Api.Mail"],
            Outside =
            [
                "Mime.Headers", "Mime.Text", "Mime.Composing", "Protocol.Connections", "Store.Addresses", "Store.Model",
                "Store.Reading", "Store.Access", "Store.Spooling", "Store.Mailbox", "Store.Sending",
            ],
        },
        new("Host.Api.Remote", "Remote accounts (`/v1/messaging/imap/…`).")
        {
            Uses = ["Remote", "Workers.Polling", "Api.Requests"],
            Outside =
            [
                "Mime.Composing", "Store.Addresses", "Store.Model", "Store.Sending", "Store.Remote",
                "Protocol.Smtp.Client",
            ],
        },
        new("Host.Api.Events", "Events, WebSockets, webhooks.")
        {
            Uses = ["Json", "Remote", "Workers.Supervision", "Workers.WebhookCalls", "Api.Requests"],
            Outside = ["Store.Model", "Store.Events", "Store.Access", "Store"],
        },
        new("Host.Api.Documents", "OpenAPI and `/llms.txt`, generated from the endpoint rows passed to it.")
        {
            Uses = ["Json", "Api.Requests", "Api.Access", "Api.Mail", "Api.Sending", "Api.Remote", "Api.Events"],
            Outside = ["Store.Events"],
        },
        new("Host.Api", "`EndpointTable` and the middleware.")
        {
            Uses =
            [
                "Settings", "Json", "Api.Requests", "Api.Access", "Api.Mail", "Api.Sending", "Api.Remote", "Api.Events",
            ],
        },
        new("Host.Serving", "Composes and runs the server.")
        {
            Uses =
            [
                "Settings", "Logging", "Json", "Remote", "Setup", "Workers.Supervision", "Workers.Upkeep",
                "Workers.Delivery", "Workers.Polling", "Workers.WebhookCalls", "Api.Requests", "Api.Events",
                "Api.Documents", "Api",
            ],
            Outside =
            [
                "Protocol.Dns", "Protocol.Tls", "Protocol.Connections", "Store.Model", "Store.Access", "Store",
                "Protocol.Smtp.Authentication", "Protocol.Smtp.Session", "Protocol.Smtp", "Protocol.Imap.Session",
                "Protocol.Imap",
            ],
        },
        new("Host.Cli", "The command line.")
        {
            Uses =
            [
                "Settings", "Logging", "Setup", "DomainChecks", "Diagnosis", "MailFiles", "Api.Documents", "Api",
                "Serving",
            ],
            Outside =
            [
                "Protocol.Dns", "Protocol.Tls", "Store.Model", "Store.Data", "Store.Access", "Store.Outbound",
                "Store.Sending", "Store", "Protocol.Smtp.Authentication",
            ],
        },
        new("Host", "`Program` starts the command line; `Log` has the messages that this project logs.")
        {
            Uses = ["Cli"],
            Outside = ["Store.Model", "Store.Events", "Store.Outbound"],
        },
    ];
}
