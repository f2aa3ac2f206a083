namespace AgentPost.Protocol.Smtp.Wire;

/// <summary>A reply as a value. Only the session writes it.</summary>
/// <param name="Status">
/// Enhanced status code (RFC 3463) of each line. Null where RFC 2034 §4 has none: the greeting, HELO, EHLO, 3xx.
/// </param>
sealed record Reply(int Code, string? Status, IReadOnlyList<string> Lines)
{
    public Reply(int code, string? status, string text)
        : this(code, status, [text])
    {
    }

    /// <summary>True if the connection closes after this reply.</summary>
    public bool Closes { get; init; }

    /// <summary>Separate replies after this one: LMTP replies for each recipient (RFC 2033 §4.2).</summary>
    public IReadOnlyList<Reply> Further { get; init; } = [];

    public bool IsPositive => Code is >= 200 and < 300;

    /// <summary>
    /// True if the client sent a command that is unknown, malformed or out of order. Ten such replies in a row end the
    /// session.
    /// </summary>
    public bool IsBadCommand => Code is >= 500 and <= 504;
}
