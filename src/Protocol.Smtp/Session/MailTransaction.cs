using AgentPost.Protocol.Smtp.Grammar;

namespace AgentPost.Protocol.Smtp.Session;

/// <summary>The envelope that grows from MAIL and RCPT.</summary>
sealed class MailTransaction(string reversePath, MailParameters parameters)
{
    readonly List<string> _recipients = [];
    readonly List<string> _accepted = [];
    readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>Address without brackets.</summary>
    public string ReversePath { get; } = reversePath;

    public MailParameters Parameters { get; } = parameters;

    /// <summary>Addresses without brackets, in order, without repetition.</summary>
    public IReadOnlyList<string> Recipients => _recipients;

    /// <summary>As they were accepted, with repetitions: in LMTP each is answered for (RFC 2033 §4.2).</summary>
    public IReadOnlyList<string> Accepted => _accepted;

    public bool Has(string recipient) => _known.Contains(recipient);

    /// <summary>A recipient named twice counts once.</summary>
    public void Add(string recipient)
    {
        _accepted.Add(recipient);
        if (_known.Add(recipient))
        {
            _recipients.Add(recipient);
        }
    }
}
