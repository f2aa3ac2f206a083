namespace AgentPost.Protocol.Imap;

/// <summary>How much of one command is read.</summary>
/// <param name="LineOctets">Of all its lines together, literals not counted.</param>
/// <param name="LiteralOctets">Of all its literals together, streamed ones not counted.</param>
/// <param name="SkippedLiteralOctets">A non-synchronizing literal beyond this is not worth reading past: the connection ends.</param>
sealed record FramerLimits(int LineOctets, int LiteralOctets, long SkippedLiteralOctets)
{
    public static readonly FramerLimits BeforeLogin = new(8 * 1024, 4 * 1024, 4 * 1024);

    public static readonly FramerLimits AfterLogin = new(64 * 1024, 1024 * 1024, 1024 * 1024 * 1024);
}
