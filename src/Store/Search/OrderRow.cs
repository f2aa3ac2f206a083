namespace AgentPost.Store.Search;

/// <summary>
/// The values of one message that sorting and threading use. Values that were not requested are empty.
/// </summary>
/// <param name="SentAt">The Date field, or the internal date if there is none (RFC 5256 §2.2). In UTC, like the
/// internal date.</param>
/// <param name="InternetMessageId">Without angle brackets. Null if there is none.</param>
readonly record struct OrderRow(DateTime InternalAt, long Size, DateTime SentAt, byte[] Envelope, string? InternetMessageId, byte[] Header);

/// <summary>The fields of an <see cref="OrderRow"/> to read in addition to those of the entry.</summary>
[Flags]
enum OrderFields
{
    None = 0,
    SentAt = 1,
    Envelope = 2,

    /// <summary>The Message-ID and the header.</summary>
    References = 4,
}
