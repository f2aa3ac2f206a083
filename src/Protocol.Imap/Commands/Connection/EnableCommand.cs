using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.Wire;

namespace AgentPost.Protocol.Imap.Commands.Connection;

/// <summary>ENABLE (RFC 5161). Names that are unknown or need not be enabled are ignored.</summary>
sealed record EnableCommand(IReadOnlyList<string> Names) : AuthenticatedCommand
{
    // enable = "ENABLE" 1*(SP capability)
    public static EnableCommand Parse(ref CommandParser parser)
    {
        var names = new List<string>();
        parser.Sp();
        do
        {
            names.Add(parser.Atom());
        }
        while (parser.TrySp());
        parser.End();
        return new(names);
    }

    public override ValueTask<Completion> ExecuteAsync(AuthenticatedContext context, CancellationToken cancellation)
    {
        var rows = Capabilities.Enableable(context.Options).Where(row => Names.Contains(row.Name, StringComparer.OrdinalIgnoreCase)).ToList();
        var writer = context.Writer.Untagged().Atom("ENABLED"u8);
        foreach (var (name, _) in rows)
        {
            writer.Sp().Atom(name);
        }
        writer.CrLf();
        context.Enable(rows.Aggregate(EnabledExtensions.None, (all, row) => all | row.Extension));
        return new(Completion.Ok("ENABLE completed"));
    }
}
