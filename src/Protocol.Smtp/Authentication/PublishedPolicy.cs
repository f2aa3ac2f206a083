using System.Net;
using AgentPost.Protocol.Dns;

namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>Checks the email policies that a domain publishes, by the same rules as for inbound mail.</summary>
public static class PublishedPolicy
{
    /// <summary>Evaluates whether a server is allowed to send mail for a domain (RFC 7208).</summary>
    /// <param name="hello">The name that the server sends in EHLO.</param>
    public static async Task<AuthenticationVerdict> EvaluateSpfAsync(
        DnsClient dns, string domain, IPAddress address, string hello, CancellationToken cancellation) =>
        (await new SpfEvaluation(dns, SpfQuery.Of(address, $"postmaster@{domain}", hello), cancellation).RunAsync()).Verdict;

    /// <summary>Returns true if a TXT record of a domain is its SPF record, valid or not.</summary>
    public static bool IsSpf(string record) => SpfRecord.IsOne(record);

    /// <summary>
    /// Returns true if a TXT record at <c>_dmarc.</c> is a DMARC record that can be parsed (RFC 9989 §4.7).
    /// </summary>
    public static bool IsDmarc(string record) => DmarcRecord.Parse(record) is not null;
}
