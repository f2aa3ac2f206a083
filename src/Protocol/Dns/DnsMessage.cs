namespace AgentPost.Protocol.Dns;

/// <summary>A parsed message from a server.</summary>
/// <param name="Answers">The records in the answer section whose types are in <see cref="DnsType"/>.</param>
/// <param name="NegativeTimeToLive">
/// How long a negative answer may be cached (RFC 2308 §5). Null if the server does not specify it.
/// </param>
sealed record DnsMessage(ushort Id, DnsQuestion Question, bool IsTruncated, int ResponseCode, IReadOnlyList<DnsRecord> Answers, TimeSpan? NegativeTimeToLive)
{
    public const int NoError = 0;
    public const int NoSuchName = 3;
}
