using System.Net;

namespace AgentPost.Protocol.Dns;

/// <summary>The servers to query, and the timeouts.</summary>
/// <param name="Servers">Recursive servers, queried in this order.</param>
public sealed record DnsOptions(IReadOnlyList<IPEndPoint> Servers)
{
    const int Port = 53;
    const string SystemFile = "/etc/resolv.conf";

    /// <summary>Timeout for one answer from one server. Default: 2 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often each server is queried before the query fails. Default: 2.</summary>
    public int Rounds { get; init; } = 2;

    /// <summary>Returns the servers in <c>resolv.conf</c>, or the one on this machine if none is listed.</summary>
    public static DnsOptions OfSystem() => new(File.Exists(SystemFile) ? ReadServers(File.ReadLines(SystemFile)) : [new(IPAddress.Loopback, Port)]);

    /// <summary>
    /// Parses <c>ip</c> or <c>ip:port</c> entries (IPv6 with a port in brackets), separated by spaces or commas.
    /// Returns null if an entry is invalid or there is none.
    /// </summary>
    public static DnsOptions? Parse(string text)
    {
        var servers = text.Split([' ', ',', '\t'], StringSplitOptions.RemoveEmptyEntries).Select(ParseServer).ToList();
        return servers.Count == 0 || servers.Contains(null) ? null : new(servers.OfType<IPEndPoint>().ToList());
    }

    internal static IReadOnlyList<IPEndPoint> ReadServers(IEnumerable<string> lines)
    {
        var servers = lines
            .Select(line => line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words is ["nameserver", _, ..])
            .Select(words => ParseServer(words[1]))
            .OfType<IPEndPoint>()
            .ToList();
        return servers.Count > 0 ? servers : [new(IPAddress.Loopback, Port)];
    }

    // IPEndPoint parses an address without a port as port 0.
    static IPEndPoint? ParseServer(string text) =>
        IPEndPoint.TryParse(text, out var server) ? (server.Port == 0 ? new(server.Address, Port) : server) : null;
}
