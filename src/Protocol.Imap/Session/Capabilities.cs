using System.Globalization;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Session;

/// <summary>The capabilities of the server. Only fully implemented extensions are listed.</summary>
static class Capabilities
{
    const string Rev1 = "IMAP4rev1";

    static readonly Capability[] Rows =
    [
        new(Rev1, "RFC 3501", When.Always),
        new("IMAP4rev2", "RFC 9051", When.Always),
        new("LITERAL+", "RFC 7888", When.Always),
        new("SASL-IR", "RFC 4959", When.BeforeLogin),
        new("AUTH=PLAIN", "RFC 4616", When.BeforeLogin),
        new("AUTH=LOGIN", "RFC 9051 §6.2.2", When.BeforeLogin),
        new("AUTH=OAUTHBEARER", "RFC 7628", When.BeforeLogin),
        new("AUTH=XOAUTH2", "RFC 9051 §6.2.2", When.BeforeLogin),
        new("ID", "RFC 2971", When.Always),
        new("ENABLE", "RFC 5161", When.Always),
        new("IDLE", "RFC 2177", When.Always),
        new("COMPRESS=DEFLATE", "RFC 4978", When.AfterLogin),
        new("NAMESPACE", "RFC 2342", When.AfterLogin),
        new("UNSELECT", "RFC 3691", When.AfterLogin),
        new("CHILDREN", "RFC 3348", When.AfterLogin),
        new("SPECIAL-USE", "RFC 6154", When.AfterLogin),
        new("CREATE-SPECIAL-USE", "RFC 6154", When.AfterLogin),
        new("XLIST", "RFC 6154", When.AfterLogin),
        new("LIST-EXTENDED", "RFC 5258", When.AfterLogin),
        new("LIST-STATUS", "RFC 5819", When.AfterLogin),
        new("STATUS=SIZE", "RFC 8438", When.AfterLogin),
        new("APPENDLIMIT", "RFC 7889", When.AfterLogin, AppendLimit),
        new("MULTIAPPEND", "RFC 3502", When.AfterLogin),
        new("REPLACE", "RFC 8508", When.AfterLogin),
        new("BINARY", "RFC 3516", When.AfterLogin),
        new("UTF8=ACCEPT", "RFC 9755", When.AfterLogin),
        new("QUOTA", "RFC 9208", When.AfterLogin) { Needs = capacity => !capacity.IsUnlimited },
        new("QUOTA=RES-STORAGE", "RFC 9208 §5.1", When.AfterLogin) { Needs = capacity => capacity.Octets < long.MaxValue },
        new("QUOTA=RES-MESSAGE", "RFC 9208 §5.2", When.AfterLogin) { Needs = capacity => capacity.Messages < long.MaxValue },
        new("INPROGRESS", "RFC 9585", When.AfterLogin),
        new("NOTIFY", "RFC 5465", When.AfterLogin),
        new("METADATA", "RFC 5464", When.AfterLogin),
        new("OBJECTID", "RFC 8474", When.AfterLogin),
        new("SAVEDATE", "RFC 8514", When.AfterLogin),
        new("PREVIEW", "RFC 8970", When.AfterLogin),
        new("WITHIN", "RFC 5032", When.AfterLogin),
        new("UIDPLUS", "RFC 4315", When.AfterLogin),
        new("MOVE", "RFC 6851", When.AfterLogin),
        new("ESEARCH", "RFC 4731", When.AfterLogin),
        new("SEARCHRES", "RFC 5182", When.AfterLogin),
        new("PARTIAL", "RFC 9394", When.AfterLogin),
        new("CONTEXT=SEARCH", "RFC 5267 §4", When.AfterLogin),
        new("SORT", "RFC 5256", When.AfterLogin),
        new("SORT=DISPLAY", "RFC 5957", When.AfterLogin),
        new("ESORT", "RFC 5267 §3", When.AfterLogin),
        new("THREAD=ORDEREDSUBJECT", "RFC 5256", When.AfterLogin),
        new("THREAD=REFERENCES", "RFC 5256", When.AfterLogin),
        new("CONDSTORE", "RFC 7162 §3.1", When.AfterLogin),
        new("QRESYNC", "RFC 7162 §3.2", When.AfterLogin),
        new("UIDONLY", "RFC 9586", When.AfterLogin),
    ];

    // Extensions that have no effect until the client enables them. Each is also a row above.
    static readonly (string Name, EnabledExtensions Extension)[] EnableableRows =
    [
        ("IMAP4rev2", EnabledExtensions.Imap4Rev2),
        ("UTF8=ACCEPT", EnabledExtensions.Utf8Accept),
        ("CONDSTORE", EnabledExtensions.CondStore),
        ("QRESYNC", EnabledExtensions.CondStore | EnabledExtensions.QResync),
        ("UIDONLY", EnabledExtensions.UidOnly),
    ];

    [Flags]
    enum When
    {
        BeforeLogin = 1,
        AfterLogin = 2,
        Always = BeforeLogin | AfterLogin,
    }

    public static IReadOnlyList<string> Hideable { get; } = [.. Rows.Select(row => row.Name).Where(name => name != Rev1)];

    public static string BeforeLogin(ImapOptions options) => Line(options, When.BeforeLogin, new());

    /// <param name="capacity">Limits of an inbox. Without limits there is no quota root, so QUOTA is not
    /// advertised.</param>
    public static string AfterLogin(ImapOptions options, InboxCapacity capacity) => Line(options, When.AfterLogin, capacity);

    public static IEnumerable<(string Name, EnabledExtensions Extension)> Enableable(ImapOptions options) =>
        EnableableRows.Where(row => !IsHidden(options, row.Name));

    static string Line(ImapOptions options, When when, InboxCapacity capacity) => string.Join(' ', Rows
        .Where(row => row.When.HasFlag(when) && row.Needs(capacity) && !IsHidden(options, row.Name))
        .Select(row => row.Name + row.Value?.Invoke(options)));

    // Without a number, clients read the limit from STATUS, which also reports if there is none (RFC 7889 §3).
    static string AppendLimit(ImapOptions options) =>
        options.MessageOctets == long.MaxValue ? "" : string.Create(CultureInfo.InvariantCulture, $"={options.MessageOctets}");

    static bool IsHidden(ImapOptions options, string name) => options.HiddenCapabilities.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <param name="Source">The RFC that defines the capability.</param>
    /// <param name="Value">Text appended to the name; null for none.</param>
    sealed record Capability(string Name, string Source, When When, Func<ImapOptions, string>? Value = null)
    {
        /// <summary>True if an inbox with these limits has the capability.</summary>
        public Func<InboxCapacity, bool> Needs { get; init; } = _ => true;
    }
}
