using System.Globalization;
using System.Net;
using AgentPost.Protocol.Connections;
using AgentPost.Protocol.Dns;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Store.Addresses;

namespace AgentPost.Host.Settings;

/// <summary>Parses the text of settings. Messages of exceptions complete the sentence "Setting X …".</summary>
static class SettingParsers
{
    const int MaxSeconds = 86_400;
    const string Unlimited = "unlimited";
    const string SecretPrefix = "ap_sk_";
    const int LeastSecretLength = 32;
    const int MostDays = 36_500;

    public static int Port(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= IPEndPoint.MaxPort
            ? port
            : throw new FormatException($"must be a port from 0 to {IPEndPoint.MaxPort}, not '{text}'");

    public static IPAddress Address(string text) =>
        IPAddress.TryParse(text, out var address) ? address : throw new FormatException($"must be an IP address such as 127.0.0.1 or ::, not '{text}'");

    public static NetworkList Networks(string text) =>
        NetworkList.Parse(text) ?? throw new FormatException($"must be IP addresses or networks such as 192.0.2.1 or 10.0.0.0/8, separated by spaces, not '{text}'");

    public static DnsOptions DnsServers(string text) =>
        DnsOptions.Parse(text) ?? throw new FormatException($"must be IP addresses such as 192.0.2.53 or 127.0.0.1:5353, not '{text}'");

    public static string HostName(string text) =>
        Uri.CheckHostName(text) == UriHostNameType.Dns ? text : throw new FormatException($"must be a DNS name, not '{text}'");

    public static string Url(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Query.Length == 0 && url.Fragment.Length == 0
            ? text.TrimEnd('/')
            : throw new FormatException($"must be an address such as https://mail.example.com, not '{text}'");

    public static string HostOrAddress(string text) =>
        Uri.CheckHostName(text) is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6
            ? text
            : throw new FormatException($"must be a DNS name or an IP address, not '{text}'");

    /// <summary>Parses the name of an enumeration value, ignoring case.</summary>
    public static T Word<T>(string text)
        where T : struct, Enum =>
        Enum.TryParse<T>(text, ignoreCase: true, out var word) && Enum.IsDefined(word) && char.IsAsciiLetter(text[0])
            ? word
            : throw new FormatException($"must be one of {string.Join(", ", Enum.GetNames<T>().Select(name => name.ToLowerInvariant()))}, not '{text}'");

    public static bool Flag(string text) => text.ToUpperInvariant() switch
    {
        "TRUE" => true,
        "FALSE" => false,
        _ => throw new FormatException($"must be true or false, not '{text}'"),
    };

    public static int Count(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? count
            : throw new FormatException($"must be a number above 0, not '{text}'");

    public static TimeSpan Hours(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var hours) && hours <= MostDays
            ? TimeSpan.FromHours(hours)
            : throw new FormatException($"must be a number of hours from 0 to {MostDays}, not '{text}'");

    public static TimeSpan Seconds(string text) => Limit(text) switch
    {
        long.MaxValue => Timeout.InfiniteTimeSpan,
        <= MaxSeconds and var seconds => TimeSpan.FromSeconds(seconds),
        _ => throw new FormatException($"must be a number of seconds from 1 to {MaxSeconds} or '{Unlimited}', not '{text}'"),
    };

    public static long Limit(string text)
    {
        if (text.Equals(Unlimited, StringComparison.OrdinalIgnoreCase))
        {
            return long.MaxValue;
        }
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0
            ? limit
            : throw new FormatException($"must be a number above 0 or '{Unlimited}', not '{text}'");
    }

    /// <summary>Parses a number of bytes. Zero means unlimited.</summary>
    public static long Size(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            ? bytes
            : throw new FormatException($"must be a number of bytes, not '{text}'");

    public static IReadOnlyList<string> Capabilities(string text)
    {
        var names = text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
        return names.FirstOrDefault(name => !ImapOptions.HideableCapabilities.Contains(name, StringComparer.OrdinalIgnoreCase)) is { } unknown
            ? throw new FormatException($"must name IMAP capabilities that can be hidden ({string.Join(", ", ImapOptions.HideableCapabilities)}), not '{unknown}'")
            : names;
    }

    // The error must not repeat the text, which is a secret.
    public static byte[] SecretsKey(string text)
    {
        var key = new byte[64];
        return Convert.TryFromBase64String(text, key, out var octets) && octets == 32
            ? key[..octets]
            : throw new FormatException("must be 32 random octets in base64, as 'openssl rand -base64 32' makes them");
    }

    public static TimeSpan Days(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days <= MostDays
            ? TimeSpan.FromDays(days)
            : throw new FormatException($"must be a number of days from 0 to {MostDays}, not '{text}'");

    public static TimeSpan DaysAboveZero(string text) =>
        Days(text) is var days && days > TimeSpan.Zero ? days : throw new FormatException($"must be a number of days from 1 to {MostDays}, not '{text}'");

    public static string InboxAddressOf(string text) =>
        InboxAddress.TryParse(text, out var address, out var plusTag) && plusTag is null
            ? address.Value
            : throw new FormatException($"must be an e-mail address without a plus-tag, not '{text}'");

    // The error must not repeat the text, which is a secret.
    public static string Secret(string text) =>
        text.StartsWith(SecretPrefix, StringComparison.Ordinal)
        && text.Length - SecretPrefix.Length >= LeastSecretLength
        && text.AsSpan(SecretPrefix.Length).IndexOfAnyExcept(Base62) < 0
            ? text
            : throw new FormatException($"must be '{SecretPrefix}' and at least {LeastSecretLength} random letters and digits");

    public static bool Switch(string text) =>
        bool.TryParse(text, out var isOn) ? isOn : throw new FormatException($"must be true or false, not '{text}'");

    public static LogLevel Level(string text) =>
        Enum.TryParse<LogLevel>(text, ignoreCase: true, out var level) && Enum.IsDefined(level) && !char.IsAsciiDigit(text[0])
            ? level
            : throw new FormatException($"must be Trace, Debug, Information, Warning, Error or None, not '{text}'");

    static readonly System.Buffers.SearchValues<char> Base62 =
        System.Buffers.SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
}
