using System.Net;

namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>Who sends, and for whom.</summary>
/// <param name="Sender">The address of MAIL; for the null path <c>postmaster@</c> and the name of HELO (RFC 7208 §2.4).</param>
/// <param name="Helo">As the client introduced itself.</param>
sealed record SpfQuery(IPAddress Address, string Sender, string Helo)
{
    public string LocalPart => Sender.LastIndexOf('@') is var at and > 0 ? Sender[..at] : "postmaster";

    public string Domain => Sender[(Sender.LastIndexOf('@') + 1)..];

    public static SpfQuery Of(IPAddress address, string reversePath, string helo) =>
        new(address, reversePath.Length > 0 ? reversePath : "postmaster@" + helo, helo);
}
