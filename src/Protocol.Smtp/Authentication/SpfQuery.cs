using System.Net;

namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>The client and the sender that SPF checks.</summary>
/// <param name="Sender">
/// The address in MAIL. For the null sender, <c>postmaster@</c> and the HELO name (RFC 7208 §2.4).
/// </param>
/// <param name="Helo">The name in the client's HELO or EHLO.</param>
sealed record SpfQuery(IPAddress Address, string Sender, string Helo)
{
    public string LocalPart => Sender.LastIndexOf('@') is var at and > 0 ? Sender[..at] : "postmaster";

    public string Domain => Sender[(Sender.LastIndexOf('@') + 1)..];

    public static SpfQuery Of(IPAddress address, string reversePath, string helo) =>
        new(address, reversePath.Length > 0 ? reversePath : "postmaster@" + helo, helo);
}
