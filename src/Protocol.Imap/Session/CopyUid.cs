using System.Globalization;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Session;

/// <summary>Response codes that contain UIDs (RFC 4315 §3, RFC 9051 §7.1).</summary>
static class CopyUid
{
    /// <summary>
    /// resp-code-copy = "COPYUID" SP nz-number SP uid-set SP uid-set. Null if no message was copied, since the sets
    /// cannot be empty.
    /// </summary>
    public static string? Code(CopyResult result) => result.Source.Count == 0
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"COPYUID {result.UidValidity.Value} {Set(result.Source)} {Set(result.Destination)}");

    /// <summary>resp-code-apnd = "APPENDUID" SP nz-number SP append-uid</summary>
    public static string Code(AppendResult result) =>
        string.Create(CultureInfo.InvariantCulture, $"APPENDUID {result.UidValidity.Value} {Set(result.Uids)}");

    /// <summary>uid-set = (uniqueid / uid-range) *("," uid-set)</summary>
    static string Set(IReadOnlyList<Uid> uids) => NumberRuns.Text(NumberRuns.Of(uids.Select(uid => uid.Value)));
}
