using AgentPost.Store;

namespace AgentPost.Protocol.Imap;

/// <summary>STATUS (RFC 9051 §6.3.11); always asks the database. The selected folder may be asked for as well.</summary>
sealed record StatusCommand(FolderName Name, IReadOnlyList<StatusItem> Items) : AuthenticatedCommand
{
    // status = "STATUS" SP mailbox SP "(" status-att *(SP status-att) ")"
    public static StatusCommand Parse(ref CommandParser parser)
    {
        parser.Sp();
        var name = parser.Mailbox();
        parser.Sp();
        parser.Octet((byte)'(');
        var items = new List<StatusItem>();
        do
        {
            var item = StatusItem.Parse(ref parser);
            if (!items.Contains(item))
            {
                items.Add(item);
            }
        }
        while (parser.TrySp());
        parser.Octet((byte)')');
        parser.End();
        return new(name, items);
    }

    public override async ValueTask<Completion> ExecuteAsync(AuthenticatedContext context, CancellationToken cancellation)
    {
        var folder = await context.FindFolderAsync(Name, cancellation);
        var values = new List<long>(Items.Count);
        using (var lease = await context.Store.Live.OpenAsync(context.KeyOf(folder), cancellation))
        {
            foreach (var item in Items)
            {
                values.Add(await item.ValueAsync(context.Store, lease.Folder.Current, cancellation));
            }
        }
        var writer = context.Writer.Untagged().Atom("STATUS "u8).Mailbox(folder.Name).Sp().Open();
        for (var i = 0; i < values.Count; i++)
        {
            (i > 0 ? writer.Sp() : writer).Atom(Items[i].Name).Sp().Number(values[i]);
        }
        writer.Close().CrLf();
        return Completion.Ok("STATUS completed");
    }
}
