using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Grammar;

/// <summary>The system flags and their names (RFC 9051 §2.3.2), in the order in which FLAGS lists them.</summary>
static class SystemFlagNames
{
    public static readonly IReadOnlyList<(SystemFlags Flag, string Name)> All =
    [
        (SystemFlags.Answered, @"\Answered"),
        (SystemFlags.Flagged, @"\Flagged"),
        (SystemFlags.Deleted, @"\Deleted"),
        (SystemFlags.Seen, @"\Seen"),
        (SystemFlags.Draft, @"\Draft"),
    ];

    public static bool TryFind(string name, out SystemFlags flag)
    {
        foreach (var row in All)
        {
            if (row.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                flag = row.Flag;
                return true;
            }
        }
        flag = SystemFlags.None;
        return false;
    }
}
