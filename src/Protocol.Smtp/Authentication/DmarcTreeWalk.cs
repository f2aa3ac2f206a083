using AgentPost.Protocol.Dns;

namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>
/// Finds DMARC records and organizational domains by asking the DNS up the tree (RFC 9989 §4.10), so that no list of public suffixes is needed.
/// </summary>
sealed class DmarcTreeWalk(DnsClient dns)
{
    const int MostLabels = 8;

    /// <summary>Null: the DNS cannot tell now.</summary>
    /// <param name="domain">Normalized.</param>
    public async Task<DmarcDomain?> FindAsync(string domain, CancellationToken cancellation)
    {
        var found = new List<(string Domain, DmarcRecord Record)>();
        for (var current = domain; current is not null; current = Above(current))
        {
            var answer = await dns.QueryAsync("_dmarc." + current, DnsType.Txt, cancellation);
            if (answer.IsTemporaryFailure)
            {
                return null;
            }
            // Several records at one name are as good as none.
            if (answer.Texts.Select(DmarcRecord.Parse).OfType<DmarcRecord>().ToList() is [var record])
            {
                found.Add((current, record));
                if (record.IsPublicSuffix is false || (record.IsPublicSuffix is true && current != domain))
                {
                    break;
                }
            }
        }
        var organizational = OrganizationalOf(domain, found);
        var policy = found.Find(entry => entry.Domain == domain).Record
            ?? found.Find(entry => entry.Domain == organizational).Record
            ?? found.LastOrDefault(entry => entry.Record.IsPublicSuffix is true).Record;
        return new(organizational, policy, IsOwn: found.Exists(entry => entry.Domain == domain));
    }

    // RFC 9989 §4.10.2
    static string OrganizationalOf(string domain, List<(string Domain, DmarcRecord Record)> found) => found switch
    {
        [] => domain,
        [.., var (top, record)] when record.IsPublicSuffix is true && top != domain => Below(top, domain),
        [.., var (top, _)] => top,
    };

    static string Below(string suffix, string domain)
    {
        var labels = domain[..^(suffix.Length + 1)];
        return labels[(labels.LastIndexOf('.') + 1)..] + "." + suffix;
    }

    // One label less; of a very long name all but seven, so that there are never more than eight questions.
    static string? Above(string domain)
    {
        var labels = domain.Split('.');
        return labels.Length == 1 ? null : string.Join('.', labels.Length > MostLabels ? labels[^(MostLabels - 1)..] : labels[1..]);
    }
}

/// <param name="Organizational">The domain whose subdomains count as it when alignment is relaxed.</param>
/// <param name="Record">Null: nobody publishes a policy for the domain.</param>
/// <param name="IsOwn">The record is the domain's own, not one from above.</param>
sealed record DmarcDomain(string Organizational, DmarcRecord? Record, bool IsOwn);
