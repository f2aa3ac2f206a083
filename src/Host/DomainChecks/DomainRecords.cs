using System.Globalization;
using System.Net;
using System.Net.Sockets;
using AgentPost.Host.Settings;
using AgentPost.Protocol.Smtp.Authentication;
using AgentPost.Store.Access;

namespace AgentPost.Host.DomainChecks;

/// <summary>The DNS records that a domain needs with this server as its mail server, one row per record.</summary>
static class DomainRecords
{
    // Maximum length of one string in a TXT record (RFC 1035 §3.3.14).
    const int StringOctets = 255;

    public static IReadOnlyList<DomainRecord> Of(MailDomain domain, Options options, DomainLookup look)
    {
        var (name, host) = (domain.Name, options.Hostname);
        var isDirect = options.Delivery.Mode is DeliveryMode.Direct;
        var pages = options.HttpUrl is { } url ? new Uri(url).IdnHost : host;
        return
        [
            new("A/AAAA", host, "the addresses of this server", true, look.AddressAsync),
            .. When(isDirect, new DomainRecord("PTR", "the addresses of this server", $"{host}.", true, look.ReverseAsync)),
            new("MX", name, $"10 {host}.", true, token => look.ExchangeAsync(name, token)),
            new("TXT", name, Quote(Spf(options.Delivery)), true, token => look.SenderPolicyAsync(name, token)),
            .. domain.Keys.Select(key => SigningKey(name, key, look)),
            new("TXT", $"_dmarc.{name}", Quote("v=DMARC1; p=quarantine"), true, token => look.AuthorPolicyAsync(name, token)),
            .. Service("_imaps", options.ImapPort),
            .. Service("_submissions", options.SmtpPort),
            new("CNAME", $"autoconfig.{name}", $"{pages}.", false, token => look.AliasAsync($"autoconfig.{name}", pages, token)),
            new("CNAME", $"autodiscover.{name}", $"{pages}.", false, token => look.AliasAsync($"autodiscover.{name}", pages, token)),
        ];

        // RFC 6186 §3, RFC 8314 §5.1
        IEnumerable<DomainRecord> Service(string service, int port) => When(port != 0, new DomainRecord(
            "SRV",
            $"{service}._tcp.{name}",
            string.Create(CultureInfo.InvariantCulture, $"0 1 {port} {host}."),
            false,
            token => look.ServiceAsync($"{service}._tcp.{name}", port, token)));
    }

    static DomainRecord SigningKey(string domain, DomainKey key, DomainLookup look)
    {
        var name = DkimSigningKey.RecordName(key.Selector, domain);
        if (key.PrivateKey is not { } privateKey)
        {
            var unreadable = new Judgement(
                RecordState.Wrong,
                "the private key cannot be decrypted: restore the server's secrets key, or remove the domain and add it again");
            return new("TXT", name, "unknown", true, _ => Task.FromResult(unreadable));
        }
        var signing = DkimSigningKey.Open(key.Selector, key.Type, privateKey);
        return new("TXT", name, Quote(signing.Record), true, token => look.SigningKeyAsync(name, signing, token));
    }

    static IEnumerable<DomainRecord> When(bool isWanted, DomainRecord record) => isWanted ? [record] : [];

    // Only the operator of a relay knows which servers it sends from.
    static string Spf(DeliveryOptions delivery) => delivery.RelayElsewhere is not { } relay ? "v=spf1 mx -all"
        : !IPAddress.TryParse(relay, out var address) ? $"v=spf1 mx a:{relay} ~all"
        : address.AddressFamily is AddressFamily.InterNetwork ? $"v=spf1 mx ip4:{address} ~all"
        : $"v=spf1 mx ip6:{address} ~all";

    static string Quote(string text) => string.Join(' ', text.Chunk(StringOctets).Select(part => $"\"{new string(part)}\""));
}
