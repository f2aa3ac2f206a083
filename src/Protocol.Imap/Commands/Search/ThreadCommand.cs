using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Search;

namespace AgentPost.Protocol.Imap.Commands.Search;

/// <summary>THREAD and UID THREAD (RFC 5256 §3).</summary>
sealed record ThreadCommand(ThreadAlgorithm Algorithm, SearchProgram Program, Numbering Numbering) : SelectedCommand
{
    static readonly Dictionary<string, ThreadAlgorithm> Algorithms = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ORDEREDSUBJECT"] = ThreadAlgorithm.OrderedSubject,
        ["REFERENCES"] = ThreadAlgorithm.References,
    };

    // thread = "THREAD" SP thread-alg SP search-criteria
    public static ThreadCommand Parse(ref CommandParser parser) => Parse(ref parser, Numbering.SequenceNumbers);

    // thread = "UID" SP "THREAD" …
    public static ThreadCommand ParseUid(ref CommandParser parser) => Parse(ref parser, Numbering.Uids);

    public override async ValueTask<Completion> ExecuteAsync(SelectedContext context, CancellationToken cancellation)
    {
        var result = await Program.FindAsync(context, null, Numbering, cancellation);
        var view = context.Folder.View;
        var threads = await context.AwaitAsync(context.Store.Threads.ThreadAsync(view, result.Uids, Algorithm, cancellation), cancellation);
        await new ThreadResponse(view, Numbering).WriteAsync(context.Writer, threads, cancellation);
        return SearchProgram.Completed(context, "THREAD", Numbering);
    }

    static ThreadCommand Parse(ref CommandParser parser, Numbering numbering)
    {
        parser.Sp();
        var name = parser.AtomOrString();
        var algorithm = Algorithms.TryGetValue(name, out var known) ? known : throw new SyntaxException($"Unknown threading algorithm {name}");
        parser.Sp();
        return new(algorithm, SearchProgram.ParseWithCharset(ref parser), numbering);
    }
}
