namespace AgentPost.Protocol.Imap.Selection;

/// <summary>What the untagged updates after a command may tell (RFC 9051 §7.5.1, §5.5).</summary>
enum SyncPoint
{
    /// <summary>Nothing: the command ends or begins the view itself.</summary>
    None,

    /// <summary>
    /// Nothing: the command itself reports updates before its result. Roundcube takes a line between an ESEARCH response
    /// and the tagged line for a result.
    /// </summary>
    BeforeResult,

    /// <summary>No EXPUNGE: the command works with sequence numbers, and so may one that the client has already sent.</summary>
    KeepsNumbers,

    /// <summary>Everything.</summary>
    Full,
}
