namespace AgentPost.Protocol.Imap.Wire;

enum FrameKind
{
    /// <summary>One whole command.</summary>
    Whole,

    /// <summary>A command up to and including the announcement of a literal that is not collected; nothing of the literal is read yet.</summary>
    AtLiteral,

    /// <summary>What came breaks a limit; <see cref="Frame.Octets"/> holds its beginning, so that the answer can name the tag.</summary>
    Refused,

    /// <summary>As <see cref="Refused"/>, and there is no way to stay in step.</summary>
    Fatal,

    /// <summary>The client has closed its side, or somebody asked for the end of the connection.</summary>
    End,
}

/// <param name="Octets">Without the CRLF at the end; valid until the next read from the framer.</param>
/// <param name="Refusal">Set for <see cref="FrameKind.Refused"/> and <see cref="FrameKind.Fatal"/>.</param>
readonly record struct Frame(FrameKind Kind, ReadOnlyMemory<byte> Octets, Completion? Refusal = null);
