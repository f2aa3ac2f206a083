using System.Collections.Concurrent;
using AgentPost.Store.Model;
using Npgsql;

namespace AgentPost.Store.Live;

/// <summary>The keywords of the inboxes that this process has used recently.</summary>
sealed class KeywordCatalog
{
    // Above this number of inboxes the cache is cleared. Reading a few of them again costs less than tracking their
    // use.
    const int MostInboxes = 10_000;

    /// <summary>
    /// Reads the keywords that are not known yet. $1: inbox; $2: highest known number. The order ensures that all
    /// keywords up to the highest known one are always known.
    /// </summary>
    public const string NewerSql = "select keyword_id, name from keywords where inbox_id = $1 and keyword_id > $2 order by keyword_id";

    readonly ConcurrentDictionary<InboxId, InboxKeywords> _inboxes = new();

    /// <summary>
    /// Returns the known keywords of an inbox. Call it once per operation and keep the result: the cache may be cleared
    /// in the meantime, and a later call then returns another object.
    /// </summary>
    public InboxKeywords Of(InboxId inbox)
    {
        if (_inboxes.Count > MostInboxes)
        {
            _inboxes.Clear();
        }
        return _inboxes.GetOrAdd(inbox, _ => new());
    }

    /// <summary>Adds the rows of <see cref="NewerSql"/>.</summary>
    public static async Task LearnAsync(InboxKeywords keywords, NpgsqlDataReader reader, CancellationToken cancellation)
    {
        while (await reader.ReadAsync(cancellation))
        {
            keywords.Learn(reader.GetInt32(0), reader.GetString(1));
        }
    }
}
