using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Commands.Mailboxes;

/// <summary>GETMETADATA (RFC 5464 §4.2).</summary>
/// <param name="Mailbox">Null for the server.</param>
sealed record GetMetadataCommand(FolderName? Mailbox, IReadOnlyList<string> Entries, MetadataOptions Options) : AuthenticatedCommand
{
    // getmetadata = "GETMETADATA" [SP getmetadata-options] SP mailbox SP entries; the RFC's own examples have the
    // options after the mailbox
    public static GetMetadataCommand Parse(ref CommandParser parser)
    {
        parser.Sp();
        var options = MetadataOptions.TryParse(ref parser);
        if (options is not null)
        {
            parser.Sp();
        }
        var mailbox = MetadataProductions.MailboxOrServer(ref parser);
        parser.Sp();
        if (options is null && (options = MetadataOptions.TryParse(ref parser)) is not null)
        {
            parser.Sp();
        }
        var entries = ParseEntries(ref parser, options?.Levels > 0 ? EntryScope.Parent : EntryScope.Entry);
        parser.End();
        return new(mailbox, entries, options ?? MetadataOptions.None);
    }

    public override async ValueTask<Completion> ExecuteAsync(AuthenticatedContext context, CancellationToken cancellation)
    {
        var folder = Mailbox is null ? null : await context.FindFolderAsync(Mailbox, cancellation);
        var found = await context.Store.Annotations.FindAsync(
            context.Inbox, folder?.Id, Entries, Options.Levels, Options.MostOctets ?? int.MaxValue, cancellation);
        var shown = found.Where(annotation => annotation.Value is not null).Select(annotation => (annotation.Name, annotation.Value));
        if (Options.Levels == 0)
        {
            // Entries requested by name are always included in the response.
            shown = shown.Concat(Entries.Except(found.Select(annotation => annotation.Name)).Select(name => (name, default(byte[]))));
        }
        foreach (var (name, value) in shown)
        {
            Write(context.Writer, folder, name, value);
            await context.Writer.FlushIfLargeAsync(cancellation);
        }
        var longest = found.Where(annotation => annotation.Value is null).Select(annotation => annotation.Octets).DefaultIfEmpty().Max();
        return longest > 0
            ? Completion.Ok(ResponseCode.LongEntries(longest), "GETMETADATA completed; some values are longer")
            : Completion.Ok("GETMETADATA completed");
    }

    /// <summary>metadata-resp = "METADATA" SP mailbox SP "(" entry SP value ")"</summary>
    static void Write(ResponseWriter writer, Folder? folder, string name, byte[]? value)
    {
        writer.Untagged().Atom("METADATA "u8);
        (folder is null ? writer.Raw("\"\""u8) : writer.Mailbox(folder.Name)).Sp().Open().AString(System.Text.Encoding.ASCII.GetBytes(name)).Sp();
        (value is null ? writer.Nil() : writer.StringOrLiteral8(value)).Close().CrLf();
    }

    /// <summary>entries = entry / "(" entry *(SP entry) ")"</summary>
    static List<string> ParseEntries(ref CommandParser parser, EntryScope scope)
    {
        if (!parser.TryOpen())
        {
            return [MetadataProductions.Entry(ref parser, scope)];
        }
        var entries = new List<string>();
        do
        {
            entries.Add(MetadataProductions.Entry(ref parser, scope));
        }
        while (parser.TrySp());
        parser.Close();
        return entries;
    }
}
