using System.Globalization;
using System.Text;
using AgentPost.Store.Model;

namespace AgentPost.Store.Hints;

/// <summary>
/// The payload of one NOTIFY: <c>sender hint…</c>. A hint is <c>inbox/folder</c> (folder 0: the inbox as a whole),
/// <c>accounts</c>, <c>events:organization</c>, <c>queue</c>, <c>webhooks</c>, or <c>everything</c>. A process uses the
/// sender to ignore its own hints.
/// </summary>
static class HintPayload
{
    public const string Accounts = "accounts";
    public const string Queue = "queue";
    public const string Webhooks = "webhooks";
    public const string Everything = "everything";

    const string Events = "events:";

    // Postgres rejects payloads of 8,000 bytes or more.
    const int LongestPayload = 7900;

    public static string Format(FolderKey folder) =>
        string.Create(CultureInfo.InvariantCulture, $"{folder.Inbox.Value:N}/{folder.Folder.Value}");

    public static bool TryParse(string hint, out FolderKey folder)
    {
        folder = default;
        if (hint.Split('/') is not [var inbox, var number]
            || !Guid.TryParseExact(inbox, "N", out var id)
            || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }
        folder = new(new(id), new(value));
        return true;
    }

    /// <summary>Formats the hint that an organization has new events.</summary>
    public static string FormatEvents(OrganizationId organization) => string.Create(CultureInfo.InvariantCulture, $"{Events}{organization.Value:N}");

    public static bool TryParseEvents(string hint, out OrganizationId organization)
    {
        organization = default;
        if (!hint.StartsWith(Events, StringComparison.Ordinal) || !Guid.TryParseExact(hint.AsSpan(Events.Length), "N", out var id))
        {
            return false;
        }
        organization = new(id);
        return true;
    }

    /// <summary>Packs hints into as few payloads as possible.</summary>
    public static IReadOnlyList<string> Pack(string sender, IEnumerable<string> hints)
    {
        var payloads = new List<string>();
        var payload = new StringBuilder(sender);
        foreach (var hint in hints)
        {
            if (payload.Length + 1 + hint.Length > LongestPayload)
            {
                payloads.Add(payload.ToString());
                payload.Clear().Append(sender);
            }
            payload.Append(' ').Append(hint);
        }
        payloads.Add(payload.ToString());
        return payloads;
    }

    public static (string Sender, IReadOnlyList<string> Hints) Unpack(string payload) =>
        payload.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var sender, .. var hints] ? (sender, hints) : ("", []);
}
