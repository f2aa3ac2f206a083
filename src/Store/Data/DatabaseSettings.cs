using System.Text.RegularExpressions;
using AgentPost.Store.Model;
using Npgsql;

namespace AgentPost.Store.Data;

/// <summary>
/// Parses the database setting: an Npgsql connection string or a <c>postgres://</c> URL. Adds AgentPost's defaults for
/// keywords that are not set.
/// </summary>
static partial class DatabaseSettings
{
    /// <summary>Names that libpq uses in URLs, if Npgsql's names differ.</summary>
    static readonly Dictionary<string, string> UrlNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["user"] = "Username",
        ["dbname"] = "Database",
        ["connect_timeout"] = "Timeout",
        ["application_name"] = "Application Name",
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["target_session_attrs"] = "Target Session Attributes",
    };

    /// <summary>
    /// Defaults for keywords that are not set. Times are in seconds, except the cancellation timeout, which is in
    /// milliseconds. With them, connecting to an unreachable database fails after about ten seconds.
    /// </summary>
    static readonly (string Name, object Value)[] Defaults =
    [
        ("Application Name", "agentpost"),
        ("Maximum Pool Size", 40),
        ("Timeout", 5),
        ("Command Timeout", 10),
        ("Cancellation Timeout", 1000),
        ("Keepalive", 30),
        ("Max Auto Prepare", 100),
        ("Auto Prepare Min Usages", 2),
        ("No Reset On Close", true),
    ];

    /// <summary>
    /// Defaults in addition to <see cref="Defaults"/>, for several hosts. Writes go to the primary, a promoted standby
    /// is detected within one second, and an unresponsive host delays the others by at most two seconds.
    /// </summary>
    static readonly (string Name, object Value)[] DefaultsOfSeveralHosts =
    [
        ("Target Session Attributes", "primary"),
        ("Host Recheck Seconds", 1),
        ("Timeout", 2),
    ];

    /// <summary>True if the setting names several servers, one of which is the primary.</summary>
    public static bool HasSeveralHosts(NpgsqlConnectionStringBuilder settings) =>
        settings.Host?.Contains(',', StringComparison.Ordinal) is true;

    /// <summary>Returns which of several servers to connect to. Throws StoreSetupException.</summary>
    public static TargetSessionAttributes TargetOf(string? text) =>
        Enum.TryParse<TargetSessionAttributes>(
            text?.Replace("-", "", StringComparison.Ordinal) ?? "Any", ignoreCase: true, out var target)
            ? target
            : throw new StoreSetupException(
                "Target Session Attributes in AGENTPOST_DATABASE must be primary, read-write or any.");

    public static NpgsqlConnectionStringBuilder Parse(string text)
    {
        try
        {
            var settings = Url().Match(text) is { Success: true } url ? FromUrl(url) : new NpgsqlConnectionStringBuilder(text);
            // ShouldSerialize returns whether a keyword was set. ContainsKey returns whether the keyword exists.
            var defaults = HasSeveralHosts(settings) ? [.. DefaultsOfSeveralHosts, .. Defaults] : Defaults;
            foreach (var (name, value) in defaults.Where(setting => !settings.ShouldSerialize(setting.Name)))
            {
                settings[name] = value;
            }
            return settings;
        }
        // The parser's message may quote the text, and the text may contain the password.
        catch (Exception malformed) when (malformed is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            throw new StoreSetupException(
                "AGENTPOST_DATABASE is neither a valid Npgsql connection string nor a postgres://user:password@host:port/database URL.");
        }
    }

    // System.Uri supports only one host.
    [GeneratedRegex(
        @"^postgres(ql)?://((?<user>[^:@/?]*)(:(?<password>[^@/?]*))?@)?(?<hosts>[^/?]*)(/(?<database>[^?]*))?(\?(?<query>.*))?$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Url();

    static NpgsqlConnectionStringBuilder FromUrl(Match url)
    {
        var settings = new NpgsqlConnectionStringBuilder();
        Set(settings, "Username", url.Groups["user"].Value);
        Set(settings, "Password", url.Groups["password"].Value);
        Set(settings, "Database", url.Groups["database"].Value);
        SetHosts(settings, url.Groups["hosts"].Value);
        foreach (var pair in url.Groups["query"].Value.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = pair.Split('=', 2) is [var left, var right] ? (left, right) : throw new FormatException();
            // libpq uses verify-full, Npgsql VerifyFull.
            Set(settings, UrlNames.GetValueOrDefault(name, name), name == "sslmode" ? value.Replace("-", "", StringComparison.Ordinal) : value);
        }
        return settings;
    }

    // A single host may be an IPv6 address in brackets. Several hosts keep their ports.
    static void SetHosts(NpgsqlConnectionStringBuilder settings, string hosts)
    {
        var colon = hosts.LastIndexOf(':');
        if (hosts.Contains(',', StringComparison.Ordinal))
        {
            Set(settings, "Host", hosts);
            return;
        }
        if (colon < 0 || hosts.EndsWith(']'))
        {
            Set(settings, "Host", hosts.Trim('[', ']'));
            return;
        }
        Set(settings, "Host", hosts[..colon].Trim('[', ']'));
        Set(settings, "Port", hosts[(colon + 1)..]);
    }

    static void Set(NpgsqlConnectionStringBuilder settings, string name, string escaped)
    {
        if (escaped.Length > 0)
        {
            settings[name] = Uri.UnescapeDataString(escaped);
        }
    }
}
