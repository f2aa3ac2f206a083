using System.Collections.Concurrent;
using AgentPost.Mime;
using AgentPost.Protocol.Dns;
using AgentPost.Protocol.Smtp.Authentication;
using AgentPost.Store;

namespace AgentPost.Host.Workers.Delivery;

/// <summary>Signs what leaves with the key of the domain in its From field, if that has one. What the database says of a domain counts for a minute.</summary>
sealed class DkimKeys(MailStore store, TimeProvider time)
{
    static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(1);

    readonly ConcurrentDictionary<string, (DkimSigner? Signer, DateTimeOffset Until)> _known = new(StringComparer.Ordinal);

    /// <summary>The signature as a field for the top of the message; empty when nobody here signs for its author.</summary>
    public async Task<ReadOnlyMemory<byte>> SignAsync(DepartingMessage message, CancellationToken cancellation)
    {
        if (HeaderAddresses.Of(message.Header.Span, "From"u8) is not [var author, ..]
            || !DnsName.TryNormalize(author[(author.LastIndexOf('@') + 1)..], out var domain)
            || await FindAsync(domain, cancellation) is not { } signer)
        {
            return default;
        }
        await using var body = message.OpenBody();
        return await signer.SignAsync(message.Header, body, time.GetUtcNow(), cancellation);
    }

    async Task<DkimSigner?> FindAsync(string domain, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (_known.TryGetValue(domain, out var known) && known.Until > now)
        {
            return known.Signer;
        }
        var found = await store.Domains.FindAsync(domain, cancellation);
        var signer = found is null ? null : new DkimSigner(found.Name, found.DkimSelector, found.DkimKey);
        _known[domain] = (signer, now + KeptFor);
        return signer;
    }
}
