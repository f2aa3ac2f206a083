using System.Net;
using System.Net.Sockets;

namespace AgentPost.Protocol.Connections;

/// <summary>IP addresses in SMTP and in trace fields, without their brackets (RFC 5321 §4.1.3).</summary>
public static class AddressLiteral
{
    // IPv4-address-literal / IPv6-address-literal
    public static string Of(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? $"IPv6:{address}" : address.ToString();
}
