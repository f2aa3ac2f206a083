namespace AgentPost.Protocol.Imap.Wire;

enum FrameKind
{
    /// <summary>One whole command.</summary>
    Whole,

    /// <summary>
    /// A command up to and including the header of a literal that is not collected. The literal itself has not been
    /// read.
    /// </summary>
    AtLiteral,

    /// <summary>
    /// The input is invalid or exceeds a limit. <see cref="Frame.Octets"/> contains its beginning, so that the response
    /// can use the tag.
    /// </summary>
    Refused,

    /// <summary>Same as <see cref="Refused"/>, and the connection cannot stay in sync.</summary>
    Fatal,

    /// <summary>The client closed its side, or the connection was asked to end.</summary>
    End,
}

/// <param name="Octets">The input without the CRLF at its end. Valid until the next read from the framer.</param>
/// <param name="Refusal">Set for <see cref="FrameKind.Refused"/> and <see cref="FrameKind.Fatal"/>.</param>
readonly record struct Frame(FrameKind Kind, ReadOnlyMemory<byte> Octets, Completion? Refusal = null);
