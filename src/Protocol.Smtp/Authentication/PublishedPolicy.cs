using System.Net;
using AgentPost.Protocol.Dns;

namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>What a domain publishes about its mail, judged as mail that comes in from it would be.</summary>
public static class PublishedPolicy
{
    /// <summary>Whether a server may send for a domain (RFC 7208).</summary>
    /// <param name="hello">What the server calls itself.</param>
    public static async Task<AuthenticationVerdict> EvaluateSpfAsync(
        DnsClient dns, string domain, IPAddress address, string hello, CancellationToken cancellation) =>
        (await new SpfEvaluation(dns, SpfQuery.Of(address, $"postmaster@{domain}", hello), cancellation).RunAsync()).Verdict;

    /// <summary>Whether a TXT record of a domain is its SPF record, be it right or wrong.</summary>
    public static bool IsSpf(string record) => SpfRecord.IsOne(record);

    /// <summary>Whether a TXT record at <c>_dmarc.</c> is a policy that can be read (RFC 9989 §4.7).</summary>
    public static bool IsDmarc(string record) => DmarcRecord.Parse(record) is not null;
}
