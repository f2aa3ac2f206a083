using System.Net;
using System.Net.Sockets;

namespace AgentPost.Protocol.Connections;

/// <summary>Formats IP addresses for SMTP and trace fields, without brackets (RFC 5321 §4.1.3).</summary>
public static class AddressLiteral
{
    // IPv4-address-literal / IPv6-address-literal
    public static string Of(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? $"IPv6:{address}" : address.ToString();
}
