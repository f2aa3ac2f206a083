namespace AgentPost.Protocol.Imap.Selection;

/// <summary>Limits on the untagged updates after a command (RFC 9051 §7.5.1, §5.5).</summary>
enum SyncPoint
{
    /// <summary>Nothing: the command itself starts or ends the view.</summary>
    None,

    /// <summary>
    /// Nothing: the command itself reports updates before its result. Roundcube parses a line between an ESEARCH
    /// response and the tagged line as a result.
    /// </summary>
    BeforeResult,

    /// <summary>
    /// No EXPUNGE: the command uses sequence numbers, and so may a command that the client has already sent.
    /// </summary>
    KeepsNumbers,

    /// <summary>Everything.</summary>
    Full,
}
