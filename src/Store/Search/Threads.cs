using AgentPost.Store.Data;
using AgentPost.Store.Live;
using AgentPost.Store.Model;

namespace AgentPost.Store.Search;

/// <summary>Puts messages of a folder into threads (RFC 5256 §3).</summary>
public sealed class Threads
{
    readonly Database _database;

    internal Threads(Database database) => _database = database;

    /// <summary>The threads, the one whose first message was sent first before the others. What can no longer be read of a message that has been expunged is left out.</summary>
    /// <param name="uids">Ascending, all of the view.</param>
    public async Task<IReadOnlyList<ThreadNode>> ThreadAsync(
        FolderSnapshot view, IReadOnlyList<Uid> uids, ThreadAlgorithm algorithm, CancellationToken cancellation)
    {
        if (uids.Count == 0)
        {
            return [];
        }
        var ascending = uids.ToArray();
        var found = new ThreadedMessage?[ascending.Length];
        var fields = OrderFields.SentAt | OrderFields.Envelope | (algorithm is ThreadAlgorithm.References ? OrderFields.References : OrderFields.None);
        await OrderRows.ReadAsync(
            _database, view, ascending, fields, (index, row) => found[index] = ThreadedMessage.Of(ascending[index], row), cancellation);
        var messages = found.OfType<ThreadedMessage>().ToList();
        return algorithm is ThreadAlgorithm.References ? ReferencesThreading.Thread(messages) : ThreadBySubject(messages);
    }

    /// <summary>ORDEREDSUBJECT: the first message of a subject, and all others of it as its answers.</summary>
    static List<ThreadNode> ThreadBySubject(List<ThreadedMessage> messages)
    {
        var threads = new List<ThreadNode>();
        var bySubject = new Dictionary<string, ThreadNode>(StringComparer.Ordinal);
        messages.Sort();
        foreach (var message in messages)
        {
            var node = new ThreadNode(message);
            if (bySubject.TryGetValue(message.Subject, out var first))
            {
                first.Add(node);
            }
            else
            {
                bySubject.Add(message.Subject, node);
                threads.Add(node);
            }
        }
        return threads;
    }
}

public enum ThreadAlgorithm
{
    /// <summary>By base subject alone.</summary>
    OrderedSubject,

    /// <summary>By Message-ID, References and In-Reply-To, then by base subject.</summary>
    References,
}
