using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Protocol.Smtp.Session;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>HELP (RFC 5321 §4.1.1.8).</summary>
sealed record HelpCommand : AnyStateCommand
{
    // help = "HELP" [ SP String ] CRLF
    public static Parsed Parse(ref ArgumentReader _) => new HelpCommand();

    public override Reply Execute(SessionContext context) => new(214, "2.0.0", "Commands: " + string.Join(' ', CommandTable.VerbsOf(context.Services.Options.Service)));
}
