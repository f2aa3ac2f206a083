using AgentPost.Store.Data;
using AgentPost.Store.Live;
using AgentPost.Store.Model;

namespace AgentPost.Store.Search;

/// <summary>Groups the messages of a folder into threads (RFC 5256 §3).</summary>
public sealed class Threads
{
    readonly Database _database;

    internal Threads(Database database) => _database = database;

    /// <summary>
    /// Returns the threads, sorted by the sent date of their first message. Expunged messages that can no longer be
    /// read are omitted.
    /// </summary>
    /// <param name="uids">Ascending; all must be in the view.</param>
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

    /// <summary>
    /// ORDEREDSUBJECT: the first message of a subject, with all others of that subject as its replies.
    /// </summary>
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
    /// <summary>Groups by base subject only.</summary>
    OrderedSubject,

    /// <summary>Groups by Message-ID, References and In-Reply-To, then by base subject.</summary>
    References,
}
