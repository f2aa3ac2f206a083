namespace AgentPost.Protocol.Imap.Wire;

enum CompletionStatus
{
    Ok,
    No,
    Bad,
}

/// <summary>The result of a command: the status line that the session writes after the tag (RFC 9051 §7.1).</summary>
/// <param name="Code">Response code with its arguments, without brackets; null for none.</param>
/// <param name="Text">One line of human-readable text.</param>
sealed record Completion(CompletionStatus Status, string? Code, string Text)
{
    /// <summary>True if the connection ends after the tagged line. BYE has already been written.</summary>
    public bool EndsSession { get; init; }

    /// <summary>True if the connection uses DEFLATE after the tagged line.</summary>
    public bool BeginsCompression { get; init; }

    public static Completion Ok(string text) => new(CompletionStatus.Ok, null, text);

    public static Completion Ok(string code, string text) => new(CompletionStatus.Ok, code, text);

    public static Completion No(string text) => new(CompletionStatus.No, null, text);

    public static Completion No(string code, string text) => new(CompletionStatus.No, code, text);

    public static Completion Bad(string text) => new(CompletionStatus.Bad, null, text);

    public static Completion Bad(string code, string text) => new(CompletionStatus.Bad, code, text);
}
