namespace AgentPost.Protocol.Imap.Wire;

/// <summary>How much of one command is read.</summary>
/// <param name="LineOctets">Of all its lines together, literals not counted.</param>
/// <param name="LiteralOctets">Of all its literals together, streamed ones not counted.</param>
/// <param name="SkippedLiteralOctets">A non-synchronizing literal beyond this is not worth reading past: the connection ends.</param>
sealed record FramerLimits(int LineOctets, int LiteralOctets, long SkippedLiteralOctets)
{
    /// <summary>Before login, for ID: 30 fields of 30 and 1,024 bytes (RFC 2971 §3.3), with room for quotes and spaces.</summary>
    public static readonly FramerLimits Identification = new(36 * 1024, 32 * 1024, 32 * 1024);

    public static readonly FramerLimits BeforeLogin = new(8 * 1024, 4 * 1024, 4 * 1024);

    public static readonly FramerLimits AfterLogin = new(64 * 1024, 1024 * 1024, 1024 * 1024 * 1024);
}
