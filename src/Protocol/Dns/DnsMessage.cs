namespace AgentPost.Protocol.Dns;

/// <summary>A server's message, read.</summary>
/// <param name="Answers">Records of the answer section of types that <see cref="DnsType"/> names.</param>
/// <param name="NegativeTimeToLive">How long it may be remembered that there is nothing (RFC 2308 §5); null: the server does not say.</param>
sealed record DnsMessage(ushort Id, DnsQuestion Question, bool IsTruncated, int ResponseCode, IReadOnlyList<DnsRecord> Answers, TimeSpan? NegativeTimeToLive)
{
    public const int NoError = 0;
    public const int NoSuchName = 3;
}
