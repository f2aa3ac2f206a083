namespace AgentPost.Protocol.Imap.Session;

/// <summary>Settings of the IMAP listeners.</summary>
/// <param name="Hostname">Host name in the greeting.</param>
public sealed record ImapOptions(string Hostname)
{
    /// <summary>Maximum size of one message in APPEND, in bytes. <see cref="long.MaxValue"/> means no limit.</summary>
    public long MessageOctets { get; init; } = 26_214_400;

    /// <summary>Maximum number of sessions of one inbox. <see cref="int.MaxValue"/> means no limit.</summary>
    public int ConnectionsPerInbox { get; init; } = 20;

    public TimeSpan LoginLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Timeout if the client sends no command. Default: 30 minutes.</summary>
    public TimeSpan IdleLimit { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Time that a message in transfer may still take when the server stops. Default: 8 seconds.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Interval of the untagged OK during IDLE, which keeps NAT mappings alive. Default: 2 minutes.</summary>
    public TimeSpan IdleReminder { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Interval of INPROGRESS responses during a long command (RFC 9585 §4: 10 to 15 seconds). Default: 10 seconds.
    /// </summary>
    public TimeSpan ProgressInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Capabilities that are not advertised, because they break a client.</summary>
    public IReadOnlyList<string> HiddenCapabilities { get; init; } = [];

    /// <summary>
    /// Names of capabilities that can be hidden. IMAP4rev1 cannot: without it, clients such as imaplib do not continue.
    /// </summary>
    public static IReadOnlyList<string> HideableCapabilities => Capabilities.Hideable;
}
