using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Store.Outbound;
using AgentPost.Store.Spooling;

namespace AgentPost.Protocol.Smtp.Session;

/// <summary>
/// One mail transaction: the envelope from MAIL and RCPT, and the part of the message that has arrived. Owns the
/// message.
/// </summary>
sealed class MailTransaction(string reversePath, MailParameters parameters) : IAsyncDisposable
{
    readonly List<string> _recipients = [];
    readonly List<string> _accepted = [];
    readonly HashSet<string> _known = new(StringComparer.Ordinal);
    readonly Dictionary<string, RecipientNotice> _notices = new(StringComparer.Ordinal);

    /// <summary>The sender's address without brackets; empty for the null sender.</summary>
    public string ReversePath { get; } = reversePath;

    public MailParameters Parameters { get; } = parameters;

    /// <summary>Addresses without brackets, in order, without duplicates.</summary>
    public IReadOnlyList<string> Recipients => _recipients;

    /// <summary>The accepted recipients with duplicates: LMTP replies to each (RFC 2033 §4.2).</summary>
    public IReadOnlyList<string> Accepted => _accepted;

    /// <summary>DSN requests by recipient; only recipients that have one.</summary>
    public IReadOnlyDictionary<string, RecipientNotice> Notices => _notices;

    /// <summary>The message that arrives with DATA; null before.</summary>
    public IncomingMessage? Message { get; set; }

    /// <summary>The message that arrives with BDAT; null before its first chunk.</summary>
    public ChunkedMessage? Chunks { get; set; }

    public bool Has(string recipient) => _known.Contains(recipient);

    /// <summary>Adds a recipient. A duplicate counts once, and its last DSN request applies.</summary>
    public void Add(string recipient, RecipientNotice notice)
    {
        _accepted.Add(recipient);
        if (notice != RecipientNotice.None)
        {
            _notices[recipient] = notice;
        }
        if (_known.Add(recipient))
        {
            _recipients.Add(recipient);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Message is not null)
        {
            await Message.DisposeAsync();
        }
        if (Chunks is not null)
        {
            await Chunks.DisposeAsync();
        }
    }
}
