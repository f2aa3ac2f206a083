using AgentPost.Mime.Headers;
using AgentPost.Protocol.Dns;

namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>Compares the results of SPF and DKIM with the domain of the From field (RFC 9989 §4, §5.3).</summary>
sealed class DmarcVerifier(DnsClient dns)
{
    readonly DmarcTreeWalk _walk = new(dns);

    public async Task<DmarcResult> VerifyAsync(
        ReadOnlyMemory<byte> header, SpfResult spf, IReadOnlyList<DkimResult> signatures, CancellationToken cancellation)
    {
        var authors = AuthorList.Read(header.Span);
        var domains = authors.Mailboxes
            .Where(author => author.Field == "From")
            .Select(author => DnsName.TryNormalize(author.Address[(author.Address.LastIndexOf('@') + 1)..], out var name) ? name : null)
            .Distinct()
            .ToList();
        if (authors.Fault is not null || domains is not [{ } author])
        {
            return new(AuthenticationVerdict.PermError, DmarcPolicy.None, null);
        }
        if (await _walk.FindAsync(author, cancellation) is not { } found)
        {
            return new(AuthenticationVerdict.TempError, DmarcPolicy.None, author);
        }
        if (found.Record is not { } record)
        {
            return new(AuthenticationVerdict.None, DmarcPolicy.None, author);
        }
        var isAligned = await IsAlignedAsync(author, found, record.IsSpfStrict, spf.Verdict == AuthenticationVerdict.Pass ? spf.Domain : null, cancellation);
        foreach (var signature in signatures.Where(result => result.Verdict == AuthenticationVerdict.Pass))
        {
            isAligned = Either(isAligned, await IsAlignedAsync(author, found, record.IsDkimStrict, signature.Signature?.Domain, cancellation));
        }
        if (isAligned is true)
        {
            return new(AuthenticationVerdict.Pass, record.Policy, author);
        }
        // A check that failed temporarily might have passed.
        return isAligned is null || spf.Verdict == AuthenticationVerdict.TempError || signatures.Any(result => result.Verdict == AuthenticationVerdict.TempError)
            ? new(AuthenticationVerdict.TempError, DmarcPolicy.None, author)
            : new(AuthenticationVerdict.Fail, await PolicyAsync(author, found, record, cancellation), author);
    }

    /// <summary>
    /// Returns true if the authenticated domain is aligned with the author's. Returns null after a temporary DNS
    /// failure.
    /// </summary>
    async Task<bool?> IsAlignedAsync(string author, DmarcDomain found, bool isStrict, string? authenticated, CancellationToken cancellation)
    {
        if (authenticated is null || !DnsName.TryNormalize(authenticated, out var name))
        {
            return false;
        }
        if (name == author || isStrict)
        {
            return name == author;
        }
        return await _walk.FindAsync(name, cancellation) is { } other ? other.Organizational == found.Organizational : null;
    }

    async Task<DmarcPolicy> PolicyAsync(string author, DmarcDomain found, DmarcRecord record, CancellationToken cancellation)
    {
        if (found.IsOwn)
        {
            return record.Policy;
        }
        return record.NonexistentPolicy != record.SubdomainPolicy
            && (await dns.QueryAsync(author, DnsType.A, cancellation)).Outcome == DnsOutcome.NoSuchName
            ? record.NonexistentPolicy
            : record.SubdomainPolicy;
    }

    static bool? Either(bool? one, bool? other) => one is true || other is true ? true : one is null || other is null ? null : false;
}
