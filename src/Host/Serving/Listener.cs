using System.Net;
using System.Net.Sockets;
using AgentPost.Host.Settings;

namespace AgentPost.Host.Serving;

/// <summary>A port that the server listens on, and the settings that configure it.</summary>
sealed record Listener(string Name, IPAddress Address, int Port, string AddressSetting, string PortSetting)
{
    /// <summary>True if connections start with TLS.</summary>
    public bool IsTls { get; init; }

    public static Listener Imap(Options options) => new("IMAP", options.Listen, options.ImapPort, "Listen", "Imap:Port") { IsTls = true };

    public static Listener Smtp(Options options) => new("SMTP", options.Listen, options.SmtpPort, "Listen", "Smtp:Port") { IsTls = true };

    public static Listener SmtpStartTls(Options options) => new("SMTP (STARTTLS)", options.Listen, options.SmtpStartTlsPort, "Listen", "Smtp:StartTlsPort");

    public static Listener Mx(Options options) => new("MX", options.Listen, options.MxPort, "Listen", "Mx:Port");

    public static Listener Lmtp(Options options) => new("LMTP", options.LmtpListen, options.LmtpPort, "Lmtp:Listen", "Lmtp:Port");

    public static Listener Http(Options options) => new("HTTP", options.HttpListen, options.HttpPort, "Http:Listen", "Http:Port");

    /// <summary>The listeners that are enabled.</summary>
    public static IReadOnlyList<Listener> All(Options options) =>
        [.. new[] { Imap(options), Smtp(options), SmtpStartTls(options), Mx(options), Lmtp(options), Http(options) }.Where(listener => listener.Port != 0)];

    /// <summary>Throws with an error for the operator if two listeners use the same port and address.</summary>
    public static void EnsureDistinct(IReadOnlyList<Listener> listeners)
    {
        foreach (var (index, listener) in listeners.Index())
        {
            if (listeners.Skip(index + 1).FirstOrDefault(listener.Overlaps) is { } other)
            {
                throw new CommandException(
                    $"{Named(listener.PortSetting)} and {Named(other.PortSetting)} are both {listener.Port}: set one of them to another port, or to 0 (off).");
            }
        }
    }

    /// <summary>
    /// Throws with an error for the operator if the port is not available. Kestrel's own error names neither protocol
    /// nor setting.
    /// </summary>
    public void EnsureFree()
    {
        using var socket = new Socket(Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (Address.Equals(IPAddress.IPv6Any))
        {
            socket.DualMode = true; // as Kestrel listens on it
        }
        try
        {
            socket.Bind(new IPEndPoint(Address, Port));
        }
        catch (SocketException refused)
        {
            throw new CommandException(Explain(refused), refused);
        }
    }

    public override string ToString() => $"{Name} {new IPEndPoint(Address, Port)}";

    // A listener on :: also accepts IPv4 connections.
    bool Overlaps(Listener other) =>
        Port == other.Port
        && (Address.Equals(other.Address)
            || Address.Equals(IPAddress.IPv6Any)
            || other.Address.Equals(IPAddress.IPv6Any)
            || (Address.AddressFamily == other.Address.AddressFamily
                && (Address.Equals(IPAddress.Any) || other.Address.Equals(IPAddress.Any))));

    string Explain(SocketException refused) => refused.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse =>
            $"Port {Port} for {Name} is in use by another program: stop that one, or set {Named(PortSetting)} to a free port.",
        SocketError.AccessDenied =>
            $"Port {Port} for {Name} needs more rights than this user has: set {Named(PortSetting)} to a port above 1023, or run as root.",
        SocketError.AddressNotAvailable =>
            $"This machine has no address {Address} for {Name}: correct {Named(AddressSetting)}.",
        _ => $"Cannot listen for {Name} on {new IPEndPoint(Address, Port)} ({refused.Message}): check {Named(AddressSetting)} and {Named(PortSetting)}.",
    };

    static string Named(string setting) => $"{setting} ({Setting.EnvironmentNameOf(setting)})";
}
