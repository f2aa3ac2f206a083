namespace AgentPost.Protocol.Imap.Session;

/// <summary>The settings of the IMAP listeners.</summary>
/// <param name="Hostname">Named in the greeting.</param>
public sealed record ImapOptions(string Hostname)
{
    /// <summary>Octets of one message in APPEND; <see cref="long.MaxValue"/> is no limit.</summary>
    public long MessageOctets { get; init; } = 26_214_400;

    /// <summary><see cref="int.MaxValue"/> is no limit.</summary>
    public int ConnectionsPerInbox { get; init; } = 20;

    public TimeSpan LoginLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Without a command.</summary>
    public TimeSpan IdleLimit { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a message that is arriving may still take when the server stops. Default: 8 seconds.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>How often IDLE says that it is still there, for the NATs on the way.</summary>
    public TimeSpan IdleReminder { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How often a command that takes long says that it goes on (RFC 9585 §4: 10 to 15 seconds).</summary>
    public TimeSpan ProgressInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Capabilities that are not advertised, for a client that they break.</summary>
    public IReadOnlyList<string> HiddenCapabilities { get; init; } = [];

    /// <summary>The names that may be hidden. Not that of the protocol itself: without it clients like imaplib refuse to go on.</summary>
    public static IReadOnlyList<string> HideableCapabilities => Capabilities.Hideable;
}
