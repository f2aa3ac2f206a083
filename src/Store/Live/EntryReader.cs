using AgentPost.Store.Model;
using Npgsql;

namespace AgentPost.Store.Live;

/// <summary>
/// Reads entries from rows of uid, flags, keyword_ids, modseq. The keywords of the inbox must be known already.
/// </summary>
sealed class EntryReader(NpgsqlDataReader reader, InboxKeywords keywords)
{
    public FolderEntry Read() => new(
        new((uint)reader.GetInt64(0)),
        (SystemFlags)reader.GetInt32(1),
        reader.IsDBNull(2) ? KeywordSet.Empty : keywords.SetOf(reader.GetFieldValue<int[]>(2)),
        new(reader.GetInt64(3)));
}
