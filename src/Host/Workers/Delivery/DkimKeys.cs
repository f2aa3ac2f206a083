using System.Collections.Concurrent;
using AgentPost.Mime.Headers;
using AgentPost.Protocol.Dns;
using AgentPost.Protocol.Smtp.Authentication;
using AgentPost.Store;
using AgentPost.Store.Access;
using AgentPost.Store.Outbound;

namespace AgentPost.Host.Workers.Delivery;

/// <summary>
/// Signs outbound mail with the DKIM keys of the domain in its From field, if that domain has any. Keys are cached for
/// one minute.
/// </summary>
sealed class DkimKeys(MailStore store, TimeProvider time, ILogger logger)
{
    static readonly TimeSpan CacheDuration = TimeSpan.FromMinutes(1);
    static readonly DkimSigner NoKeys = new("", []);

    readonly ConcurrentDictionary<string, (DkimSigner? Signer, DateTimeOffset Until)> _known = new(StringComparer.Ordinal);

    /// <summary>
    /// Returns the signatures as header fields to prepend to the message; empty if the domain has no keys. Returns null
    /// if none of its keys can be decrypted: without a signature, the message would count as forged.
    /// </summary>
    public async Task<ReadOnlyMemory<byte>?> SignAsync(DepartingMessage message, CancellationToken cancellation)
    {
        if (HeaderAddresses.Of(message.Header.Span, "From"u8) is not [var author, ..]
            || !DnsName.TryNormalize(author[(author.LastIndexOf('@') + 1)..], out var domain))
        {
            return ReadOnlyMemory<byte>.Empty;
        }
        if (await FindAsync(domain, cancellation) is not { } signer)
        {
            return null;
        }
        if (signer == NoKeys)
        {
            return ReadOnlyMemory<byte>.Empty;
        }
        await using var body = message.OpenBody();
        return await signer.SignAsync(message.Header, body, time.GetUtcNow(), cancellation);
    }

    /// <summary>Finds the keys of a domain. Returns null if the domain has keys and none can be decrypted.</summary>
    async Task<DkimSigner?> FindAsync(string domain, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (_known.TryGetValue(domain, out var known) && known.Until > now)
        {
            return known.Signer;
        }
        var stored = (await store.Domains.FindAsync(domain, cancellation))?.Keys ?? [];
        var signer = SignerOf(domain, stored);
        if (signer is null)
        {
            Log.SigningKeysUnreadable(logger, domain);
        }
        _known[domain] = (signer, now + CacheDuration);
        return signer;
    }

    static DkimSigner? SignerOf(string domain, IReadOnlyList<DomainKey> stored)
    {
        if (stored.Count == 0)
        {
            return NoKeys;
        }
        var usable = new List<DkimSigningKey>();
        foreach (var key in stored)
        {
            if (key.PrivateKey is { } privateKey)
            {
                usable.Add(DkimSigningKey.Open(key.Selector, key.Type, privateKey));
            }
        }
        return usable.Count == 0 ? null : new(domain, usable);
    }
}
