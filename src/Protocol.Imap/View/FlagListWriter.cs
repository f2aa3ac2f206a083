using System.Text;
using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.View;

/// <summary>Writes the flags of messages and of folders.</summary>
static class FlagListWriter
{
    const int RecentBit = 32;

    // Every combination of system flags with and without \Recent in wire format, because flags are written most often.
    static readonly byte[][] Written = [.. Enumerable.Range(0, 2 * RecentBit).Select(bits => Encoding.ASCII.GetBytes(Render(bits)))];

    /// <summary>flag-fetch list = "(" [flag-fetch *(SP flag-fetch)] ")"</summary>
    public static ResponseWriter MessageFlags(this ResponseWriter writer, SystemFlags flags, KeywordSet keywords, bool isRecent)
    {
        // IMAP4rev2 has no \Recent (RFC 9051 Appendix E).
        var showsRecent = isRecent && !writer.Enabled.HasFlag(EnabledExtensions.Imap4Rev2);
        var written = Written[(int)flags | (showsRecent ? RecentBit : 0)];
        writer.Open().Raw(written);
        var isFirst = written.Length == 0;
        foreach (var keyword in keywords.Names)
        {
            if (!isFirst)
            {
                writer.Sp();
            }
            writer.Atom(keyword);
            isFirst = false;
        }
        return writer.Close();
    }

    /// <summary>
    /// Writes the FLAGS response and the PERMANENTFLAGS code (RFC 9051 §7.3.5, §7.1): after SELECT, and again before
    /// the first use of a keyword.
    /// </summary>
    public static void FolderFlags(this ResponseWriter writer, KnownKeywords keywords, FolderAccess access)
    {
        var names = string.Join(' ', SystemFlagNames.All.Select(row => row.Name).Concat(keywords.Names));
        writer.Untagged().Atom("FLAGS ("u8).Atom(names).Close().CrLf();
        if (access is FolderAccess.ReadOnly)
        {
            writer.UntaggedOk("PERMANENTFLAGS ()", "No flag can be changed");
        }
        else
        {
            writer.UntaggedOk($@"PERMANENTFLAGS ({names} \*)", "Flags that can be changed");
        }
    }

    static string Render(int bits)
    {
        var names = SystemFlagNames.All.Where(row => (bits & (int)row.Flag) != 0).Select(row => row.Name);
        return string.Join(' ', (bits & RecentBit) != 0 ? names.Append(@"\Recent") : names);
    }
}
