using AgentPost.Protocol.Connections;

namespace AgentPost.Protocol.Smtp.Wire;

/// <summary>The replies that end a session without QUIT (RFC 5321 §3.8).</summary>
static class ClosingReplies
{
    public static Reply TooManyBadCommands { get; } = Of("4.7.0", "Too many bad commands");

    public static Reply TooManyConnections { get; } =
        Of("4.7.0", "Too many connections from your address; try again later");

    public static Reply TooManyUnknownRecipients { get; } = Of("4.7.0", "Too many unknown recipients");
    public static Reply EarlyTalker { get; } = new(554, "5.5.1", "You sent before the greeting") { Closes = true };
    public static Reply InternalError { get; } = Of("4.3.0", "Internal error; try again later");
    public static Reply TooSlow { get; } = Of("4.4.2", "The message took too long to arrive");

    public static Reply For(EndReason reason) => reason switch
    {
        EndReason.Idle => Of("4.4.2", "Idle for too long"),
        EndReason.LoginTimeout => Of("4.7.0", "No login in time"),
        EndReason.LoginEnded => Of("4.7.0", "Access was revoked: the key or the inbox is no longer valid"),
        _ => Of("4.3.2", "The server is shutting down; try again later"),
    };

    static Reply Of(string status, string text) => new(421, status, text) { Closes = true };
}
