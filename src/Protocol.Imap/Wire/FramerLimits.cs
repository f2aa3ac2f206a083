namespace AgentPost.Protocol.Imap.Wire;

/// <summary>Maximum size of one command.</summary>
/// <param name="LineOctets">Total size of all its lines in bytes, without literals.</param>
/// <param name="LiteralOctets">Total size of all its literals in bytes, without streamed ones.</param>
/// <param name="SkippedLiteralOctets">Maximum size in bytes of a non-synchronizing literal that is skipped. A larger
/// one ends the connection.</param>
sealed record FramerLimits(int LineOctets, int LiteralOctets, long SkippedLiteralOctets)
{
    /// <summary>
    /// Before login, for ID: 30 fields of 30 and 1,024 bytes (RFC 2971 §3.3), with room for quotes and spaces.
    /// </summary>
    public static readonly FramerLimits Identification = new(36 * 1024, 32 * 1024, 32 * 1024);

    public static readonly FramerLimits BeforeLogin = new(8 * 1024, 4 * 1024, 4 * 1024);

    public static readonly FramerLimits AfterLogin = new(64 * 1024, 1024 * 1024, 1024 * 1024 * 1024);
}
