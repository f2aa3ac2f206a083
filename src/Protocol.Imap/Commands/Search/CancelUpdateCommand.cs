using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.Wire;

namespace AgentPost.Protocol.Imap.Commands.Search;

/// <summary>
/// CANCELUPDATE (RFC 5267 §4.3.5): the client no longer wants changes of the results of these searches.
/// </summary>
sealed record CancelUpdateCommand(IReadOnlyList<string> Tags) : SelectedCommand
{
    // command-select =/ "CANCELUPDATE" 1*(SP quoted)
    public static CancelUpdateCommand Parse(ref CommandParser parser)
    {
        var tags = new List<string>();
        parser.Sp();
        do
        {
            tags.Add(parser.String());
        }
        while (parser.TrySp());
        parser.End();
        return new(tags);
    }

    public override ValueTask<Completion> ExecuteAsync(SelectedContext context, CancellationToken cancellation)
    {
        var isKnown = Tags.All(tag => context.Folder.Watches.Any(watch => watch.Tag == tag));
        foreach (var tag in Tags)
        {
            context.Folder.Unwatch(tag);
        }
        return new(isKnown ? Completion.Ok("CANCELUPDATE completed") : Completion.Bad("No search with such a tag tells its changes"));
    }
}
