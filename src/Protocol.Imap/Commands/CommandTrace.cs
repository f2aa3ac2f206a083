using AgentPost.Protocol.Connections;

namespace AgentPost.Protocol.Imap.Commands;

/// <summary>Writes commands to the trace of their connection.</summary>
static class CommandTrace
{
    /// <summary>
    /// Of LOGIN and AUTHENTICATE, shows only the name, because the rest contains the secret. Of input that is not a
    /// command, shows nothing: it may be a secret, from a client that continues a rejected login.
    /// </summary>
    public static void Command(this WireTrace trace, in CommandHead head, ReadOnlySpan<byte> octets)
    {
        if (head is { Row: null } or { Name: "LOGIN" or "AUTHENTICATE" })
        {
            trace.ClientSecret(head.Row is null ? "" : $"{head.Tag} {head.Name}");
        }
        else
        {
            trace.Client(octets);
        }
    }
}
