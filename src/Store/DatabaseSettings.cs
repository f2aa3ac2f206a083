using System.Globalization;
using Npgsql;

namespace AgentPost.Store;

/// <summary>Reads the database setting: an Npgsql connection string or a <c>postgres://</c> URL, with our defaults for what it does not say.</summary>
static class DatabaseSettings
{
    /// <summary>libpq's names in URLs that Npgsql calls otherwise.</summary>
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

    /// <summary>Values apply where the setting is silent. Times in seconds; an unreachable database is to fail within about ten.</summary>
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
        ("Include Error Detail", false),
    ];

    public static NpgsqlConnectionStringBuilder Parse(string text)
    {
        try
        {
            var settings = IsUrl(text) ? FromUrl(new Uri(text)) : new NpgsqlConnectionStringBuilder(text);
            foreach (var (name, value) in Defaults)
            {
                // ContainsKey says whether a keyword is known, ShouldSerialize whether it was given.
                if (!settings.ShouldSerialize(name))
                {
                    settings[name] = value;
                }
            }
            return settings;
        }
        // The message of the parser may quote the text, and the text may hold the password.
        catch (Exception malformed) when (malformed is ArgumentException or FormatException)
        {
            throw new StoreSetupException(
                "AGENTPOST_DATABASE is neither a valid Npgsql connection string nor a postgres://user:password@host:port/database URL.");
        }
    }

    static bool IsUrl(string text) =>
        text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase);

    static NpgsqlConnectionStringBuilder FromUrl(Uri url)
    {
        var settings = new NpgsqlConnectionStringBuilder();
        var user = url.UserInfo.Split(':', 2);
        Set(settings, "Username", user[0]);
        Set(settings, "Password", user.Length > 1 ? user[1] : "");
        Set(settings, "Host", url.Host.Trim('[', ']'));
        Set(settings, "Database", url.AbsolutePath.TrimStart('/'));
        if (url.Port > 0)
        {
            settings.Port = url.Port;
        }
        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = pair.Split('=', 2) is [var left, var right] ? (left, right) : throw new FormatException();
            Set(settings, UrlNames.GetValueOrDefault(name, name), name == "sslmode" || name == "target_session_attrs" ? value.Replace("-", "", StringComparison.Ordinal) : value);
        }
        return settings;
    }

    static void Set(NpgsqlConnectionStringBuilder settings, string name, string escaped)
    {
        if (escaped.Length > 0)
        {
            settings[name] = string.Create(CultureInfo.InvariantCulture, $"{Uri.UnescapeDataString(escaped)}");
        }
    }
}
