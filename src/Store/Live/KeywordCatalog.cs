using System.Collections.Concurrent;
using AgentPost.Store.Model;
using Npgsql;

namespace AgentPost.Store.Live;

/// <summary>The keywords of the inboxes that this process has lately worked with.</summary>
sealed class KeywordCatalog
{
    // Beyond this many inboxes everything is forgotten; reading a few again is cheaper than keeping account of use.
    const int MostInboxes = 10_000;

    /// <summary>
    /// Reads the keywords that are not known yet: $1 inbox, $2 the highest number known. In order, so that at any moment all up to the highest are known.
    /// </summary>
    public const string NewerSql = "select keyword_id, name from keywords where inbox_id = $1 and keyword_id > $2 order by keyword_id";

    readonly ConcurrentDictionary<InboxId, InboxKeywords> _inboxes = new();

    /// <summary>What is known of an inbox. Ask once for a piece of work: it may be forgotten meanwhile, and known anew by another instance.</summary>
    public InboxKeywords Of(InboxId inbox)
    {
        if (_inboxes.Count > MostInboxes)
        {
            _inboxes.Clear();
        }
        return _inboxes.GetOrAdd(inbox, _ => new());
    }

    /// <summary>Learns from the rows of <see cref="NewerSql"/>.</summary>
    public static async Task LearnAsync(InboxKeywords keywords, NpgsqlDataReader reader, CancellationToken cancellation)
    {
        while (await reader.ReadAsync(cancellation))
        {
            keywords.Learn(reader.GetInt32(0), reader.GetString(1));
        }
    }
}
