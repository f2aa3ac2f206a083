using System.Net;
using AgentPost.Protocol.Dns;

namespace AgentPost.Host.Diagnosis;

/// <summary>Checks that the server's host name resolves in the DNS.</summary>
static class DnsCheck
{
    public static async Task<string> RunAsync(DoctorTarget target, CancellationToken cancellation)
    {
        var options = target.Options;
        if (IPAddress.IsLoopback(options.Listen))
        {
            throw new CheckSkippedException("Listen is a loopback address: no other machine looks for this server");
        }
        var dns = new DnsClient(options.Dns ?? DnsOptions.OfSystem(), TimeProvider.System);
        var v4 = await dns.QueryAsync(options.Hostname, DnsType.A, cancellation);
        var v6 = await dns.QueryAsync(options.Hostname, DnsType.Aaaa, cancellation);
        var addresses = v4.Addresses.Concat(v6.Addresses).ToList();
        if (addresses.Count > 0)
        {
            return $"{options.Hostname} is {string.Join(", ", addresses)}";
        }
        throw v4.IsTemporaryFailure || v6.IsTemporaryFailure
            ? new CheckFailedException("No DNS server answers", "Check the network, or name servers in Dns:Servers.")
            : new CheckFailedException($"{options.Hostname} has no address in the DNS");
    }
}
