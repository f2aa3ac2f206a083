using AgentPost.Protocol.Dns;

namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>
/// Finds DMARC records and organizational domains by a DNS tree walk (RFC 9989 §4.10), which needs no list of public
/// suffixes.
/// </summary>
sealed class DmarcTreeWalk(DnsClient dns)
{
    const int MostLabels = 8;

    /// <summary>
    /// Returns the DMARC record and organizational domain of a domain. Returns null after a temporary DNS failure.
    /// </summary>
    /// <param name="domain">The domain, normalized.</param>
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
            // Several records at one name count as none.
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

    // Removes one label. Of a very long name, keeps only seven labels, so that a walk takes at most eight lookups.
    static string? Above(string domain)
    {
        var labels = domain.Split('.');
        return labels.Length == 1 ? null : string.Join('.', labels.Length > MostLabels ? labels[^(MostLabels - 1)..] : labels[1..]);
    }
}

/// <param name="Organizational">
/// The organizational domain. With relaxed alignment, all its subdomains are aligned with each other.
/// </param>
/// <param name="Record">Null if no policy is published for the domain.</param>
/// <param name="IsOwn">True if the record is published at the domain itself, not at a parent domain.</param>
sealed record DmarcDomain(string Organizational, DmarcRecord? Record, bool IsOwn);
