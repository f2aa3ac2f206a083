using System.Globalization;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Wire;

/// <summary>
/// Response codes (RFC 9051 §7.1, RFC 5530 §3, RFC 4978, RFC 4469, RFC 6154 §3, RFC 3516 §4.3, RFC 7162 §7, RFC 9208
/// §4.3, RFC 5465 §8).
/// </summary>
static class ResponseCode
{
    public const string AlreadyExists = "ALREADYEXISTS";
    public const string AuthenticationFailed = "AUTHENTICATIONFAILED";
    public const string AuthorizationFailed = "AUTHORIZATIONFAILED";
    public const string Cannot = "CANNOT";
    public const string ClientBug = "CLIENTBUG";
    public const string Closed = "CLOSED";
    public const string CompressionActive = "COMPRESSIONACTIVE";
    public const string ExpungeIssued = "EXPUNGEISSUED";
    public const string HasChildren = "HASCHILDREN";
    public const string Limit = "LIMIT";
    public const string MetadataTooMany = "METADATA TOOMANY";
    public const string NonExistent = "NONEXISTENT";
    public const string NoPerm = "NOPERM";
    public const string NotificationOverflow = "NOTIFICATIONOVERFLOW";
    public const string OverQuota = "OVERQUOTA";
    public const string ReadOnly = "READ-ONLY";
    public const string ReadWrite = "READ-WRITE";
    public const string ServerBug = "SERVERBUG";
    public const string TooBig = "TOOBIG";
    public const string TryCreate = "TRYCREATE";
    public const string UidRequired = "UIDREQUIRED";
    public const string Unavailable = "UNAVAILABLE";
    public const string UnknownCte = "UNKNOWN-CTE";
    public const string UseAttr = "USEATTR";

    /// <summary>"HIGHESTMODSEQ" SP mod-sequence-value</summary>
    public static string HighestModSeq(ModSeq value) => $"HIGHESTMODSEQ {value}";

    /// <summary>"METADATA" SP "LONGENTRIES" SP number (RFC 5464 §5)</summary>
    public static string LongEntries(int octets) => string.Create(CultureInfo.InvariantCulture, $"METADATA LONGENTRIES {octets}");

    /// <summary>"METADATA" SP "MAXSIZE" SP number (RFC 5464 §5)</summary>
    public static readonly string MetadataMaxSize = string.Create(CultureInfo.InvariantCulture, $"METADATA MAXSIZE {Annotations.MostOctets}");

    /// <summary>"MODIFIED" SP sequence-set</summary>
    public static string Modified(IEnumerable<uint> numbers) => $"MODIFIED {NumberRuns.Text(NumberRuns.Of(numbers))}";

    /// <summary>"NOUPDATE" SP quoted. A tag contains nothing that needs escaping (RFC 5267 §5).</summary>
    public static string NoUpdate(string tag) => $"NOUPDATE \"{tag}\"";
}
