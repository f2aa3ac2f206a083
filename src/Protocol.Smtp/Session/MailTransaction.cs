using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Store;

namespace AgentPost.Protocol.Smtp.Session;

/// <summary>The envelope that grows from MAIL and RCPT.</summary>
sealed class MailTransaction(string reversePath, MailParameters parameters)
{
    readonly List<string> _recipients = [];
    readonly List<string> _accepted = [];
    readonly HashSet<string> _known = new(StringComparer.Ordinal);
    readonly Dictionary<string, RecipientNotice> _notices = new(StringComparer.Ordinal);

    /// <summary>Address without brackets.</summary>
    public string ReversePath { get; } = reversePath;

    public MailParameters Parameters { get; } = parameters;

    /// <summary>Addresses without brackets, in order, without repetition.</summary>
    public IReadOnlyList<string> Recipients => _recipients;

    /// <summary>As they were accepted, with repetitions: in LMTP each is answered for (RFC 2033 §4.2).</summary>
    public IReadOnlyList<string> Accepted => _accepted;

    /// <summary>What the sender wants to be told, by recipient, as far as it was said.</summary>
    public IReadOnlyDictionary<string, RecipientNotice> Notices => _notices;

    public bool Has(string recipient) => _known.Contains(recipient);

    /// <summary>A recipient named twice counts once; of what is to be told about it the last word holds.</summary>
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
}
