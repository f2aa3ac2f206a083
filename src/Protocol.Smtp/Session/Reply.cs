namespace AgentPost.Protocol.Smtp.Session;

/// <summary>An answer as a value; the session's loop alone writes it.</summary>
/// <param name="Status">Enhanced status code (RFC 3463) before each line; null where RFC 2034 §4 wants none: the greeting, HELO, EHLO, 3xx.</param>
sealed record Reply(int Code, string? Status, IReadOnlyList<string> Lines)
{
    public Reply(int code, string? status, string text)
        : this(code, status, [text])
    {
    }

    /// <summary>Nothing is said: the client's turn goes on, or the answer comes later.</summary>
    public static Reply Silent { get; } = new(0, null, []);

    /// <summary>What takes the client's next octets in place of the command table.</summary>
    public IContinuation? Then { get; init; }

    /// <summary>The connection ends after this answer.</summary>
    public bool Closes { get; init; }

    /// <summary>Replies of their own behind this one: LMTP answers for each recipient (RFC 2033 §4.2).</summary>
    public IReadOnlyList<Reply> Further { get; init; } = [];

    /// <summary>The client does not speak our language: ten such answers in a row end the session.</summary>
    public bool IsBadCommand => Code is >= 500 and <= 504;
}

/// <summary>The rest of a command that goes on after an intermediate answer (3xx).</summary>
interface IContinuation
{
    /// <summary>How many replies the client waits for, whatever happens.</summary>
    int Replies => 1;

    /// <summary>Reads what the client was asked for. A state of the session that changed is set before it returns.</summary>
    Task<Reply> ContinueAsync(SessionContext context, CancellationToken cancellation);
}
