namespace AgentPost.Protocol.Imap;

/// <summary>SEARCH and UID SEARCH (RFC 9051 §6.4.4, RFC 3501 §6.4.4, RFC 4731, RFC 9394).</summary>
/// <param name="Options">What an extended search returns; null for a plain one.</param>
sealed record SearchCommand(SearchProgram Program, SearchOptions? Options, Numbering Numbering) : SelectedCommand
{
    // search = "SEARCH" [search-return-opts] SP search-program
    public static SearchCommand Parse(ref CommandParser parser) => Parse(ref parser, Numbering.SequenceNumbers);

    // uid = "UID" SP (… / search / …)
    public static SearchCommand ParseUid(ref CommandParser parser) => Parse(ref parser, Numbering.Uids);

    public override async ValueTask<Completion> ExecuteAsync(SelectedContext context, CancellationToken cancellation)
    {
        var uids = await Program.FindAsync(context, Options, cancellation);
        var found = new SearchResponse("SEARCH", context.Folder.View, uids, Numbering, Program.TellsModSeq);
        // IMAP4rev2 knows no plain answer (RFC 9051 §6.4.4).
        var options = Options ?? (context.Enabled.HasFlag(EnabledExtensions.Imap4Rev2) ? SearchOptions.All : null);
        await found.WriteAsync(context, options, cancellation);
        return Completion.Ok("SEARCH completed");
    }

    static SearchCommand Parse(ref CommandParser parser, Numbering numbering)
    {
        parser.Sp();
        var options = SearchOptions.Parse(ref parser);
        if (options is not null)
        {
            parser.Sp();
        }
        return new(SearchProgram.Parse(ref parser), options, numbering);
    }
}
