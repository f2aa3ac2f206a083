using AgentPost.Protocol.Connections;

namespace AgentPost.Protocol.Imap.Commands;

/// <summary>Commands in the trace of their connection.</summary>
static class CommandTrace
{
    /// <summary>
    /// Of LOGIN and AUTHENTICATE only the name is shown, because the rest holds the secret; nothing of what is no command, because it may be a secret too,
    /// of a client that goes on with a login that was refused.
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
