using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.Wire;

namespace AgentPost.Protocol.Imap.Commands.Connection;

/// <summary>ID (RFC 2971 §3.1). The data that a client sends about itself is discarded.</summary>
sealed record IdCommand : AnyStateCommand
{
    static readonly string Version = typeof(IdCommand).Assembly.GetName().Version?.ToString(3) ?? "0";

    // id = "ID" SP id-params-list; id-params-list = "(" [string SP nstring *(SP string SP nstring)] ")" / nil
    // Some clients break this grammar (JavaMail before 1.5.4 sends ID "NIL"). The arguments change nothing, so any are
    // accepted.
    public static IdCommand Parse(ref CommandParser parser)
    {
        parser.SkipRest();
        return new();
    }

    public override ValueTask<Completion> ExecuteAsync(SessionContext context, CancellationToken cancellation)
    {
        context.Writer.Untagged().Atom("ID "u8).Open()
            .String("name"u8).Sp().String("AgentPost"u8).Sp().String("version"u8).Sp().String(Version).Close().CrLf();
        return new(Completion.Ok("ID completed"));
    }
}
