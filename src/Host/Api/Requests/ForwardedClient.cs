using System.Net;
using AgentPost.Protocol.Connections;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace AgentPost.Host.Api.Requests;

/// <summary>
/// Finds the client of a request behind proxies: the last address in X-Forwarded-For or Forwarded (RFC 7239) that is
/// not a trusted proxy. Only addresses added by trusted proxies count, because the client can forge earlier ones.
/// </summary>
sealed class ForwardedClient(NetworkList trustedProxies)
{
    /// <summary>Longer than any real chain of proxies.</summary>
    const int MaxHops = 20;

    public static void Map(WebApplication app, NetworkList trustedProxies)
    {
        var forwarded = new ForwardedClient(trustedProxies);
        app.Use((http, next) =>
        {
            http.Connection.RemoteIpAddress = forwarded.Find(http.Connection.RemoteIpAddress, http.Request.Headers);
            return next(http);
        });
    }

    /// <summary>
    /// Returns the client's address. This is the address of the connection, unless that is a trusted proxy that names
    /// another one.
    /// </summary>
    public IPAddress? Find(IPAddress? connection, IHeaderDictionary headers)
    {
        if (connection is null || !trustedProxies.Contains(connection))
        {
            return connection;
        }
        var hops = headers["X-Forwarded-For"];
        var forwarded = headers["Forwarded"];
        if (StringValues.IsNullOrEmpty(hops) || StringValues.IsNullOrEmpty(forwarded))
        {
            return Last(connection, StringValues.IsNullOrEmpty(hops) ? NodesOf(forwarded) : Split(hops));
        }
        // A proxy writes one of the two fields and may pass on the other one as the client sent it.
        var (one, other) = (Last(connection, Split(hops)), Last(connection, NodesOf(forwarded)));
        return one.Equals(other) ? one : connection;
    }

    IPAddress Last(IPAddress connection, IEnumerable<string> nodes)
    {
        var client = connection;
        foreach (var node in nodes.Reverse().Take(MaxHops))
        {
            // "unknown", an obfuscated name or an invalid value: no trusted proxy gives an earlier address.
            if (AddressOf(node) is not { } address)
            {
                return client;
            }
            client = address;
            if (!trustedProxies.Contains(address))
            {
                return client;
            }
        }
        return client;
    }

    static IEnumerable<string> Split(StringValues values) =>
        values.SelectMany(value => (value ?? "").Split(',')).Select(node => node.Trim());

    // Forwarded = 1#forwarded-element; forwarded-element = [ forwarded-pair ] *( ";" [ forwarded-pair ] )
    static IEnumerable<string> NodesOf(StringValues values) =>
        Parts(string.Join(',', values.AsEnumerable()), ',').Select(element => Parts(element, ';')
            .Select(pair => pair.Trim())
            .Where(pair => pair.StartsWith("for=", StringComparison.OrdinalIgnoreCase))
            .Select(pair => HeaderUtilities.RemoveQuotes(pair[4..]).ToString())
            .FirstOrDefault() ?? "");

    // A separator inside a quoted string does not count.
    static IEnumerable<string> Parts(string text, char separator)
    {
        var (start, isQuoted) = (0, false);
        for (var i = 0; i < text.Length; i++)
        {
            isQuoted ^= text[i] == '"';
            if (text[i] == separator && !isQuoted)
            {
                yield return text[start..i];
                start = i + 1;
            }
        }
        yield return text[start..];
    }

    // node = nodename [ ":" node-port ]; nodename = IPv4address / "[" IPv6address "]" / …; X-Forwarded-For often
    // contains a bare IPv6 address.
    static IPAddress? AddressOf(string node)
    {
        var name = node switch
        {
            ['[', ..] => node.IndexOf(']', StringComparison.Ordinal) is > 0 and var end ? node[1..end] : "",
            _ when node.Count(character => character == ':') == 1 =>
                node[..node.IndexOf(':', StringComparison.Ordinal)],
            _ => node,
        };
        if (!IPAddress.TryParse(name, out var address)
            || (address.ToString() != name && !name.Contains(':', StringComparison.Ordinal)))
        {
            // Reject "1" and "0x7f.1", which IPAddress also parses.
            return null;
        }
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }
}
