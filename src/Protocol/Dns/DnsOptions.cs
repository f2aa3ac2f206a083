using System.Net;

namespace AgentPost.Protocol.Dns;

/// <summary>Whom to ask, and how long to wait.</summary>
/// <param name="Servers">Recursive servers, asked in this order.</param>
public sealed record DnsOptions(IReadOnlyList<IPEndPoint> Servers)
{
    const int Port = 53;
    const string SystemFile = "/etc/resolv.conf";

    /// <summary>For one answer of one server.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often all servers are asked before there is no answer.</summary>
    public int Rounds { get; init; } = 2;

    /// <summary>The system's servers; as <c>resolv.conf</c> has it, the one on this machine where none is named.</summary>
    public static DnsOptions OfSystem() => new(File.Exists(SystemFile) ? ReadServers(File.ReadLines(SystemFile)) : [new(IPAddress.Loopback, Port)]);

    /// <summary><c>ip</c> or <c>ip:port</c> (IPv6 with a port in brackets), apart by spaces or commas. Null: it is not that.</summary>
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

    // IPEndPoint takes a bare address with port 0.
    static IPEndPoint? ParseServer(string text) =>
        IPEndPoint.TryParse(text, out var server) ? (server.Port == 0 ? new(server.Address, Port) : server) : null;
}
