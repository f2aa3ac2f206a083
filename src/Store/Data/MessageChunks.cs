namespace AgentPost.Store.Data;

/// <summary>
/// How the content of a message is split. The first chunk is stored in the message's row, the others in separate rows.
/// So neither Postgres nor this process ever has more than one chunk of a large message in memory.
/// </summary>
static class MessageChunks
{
    /// <summary>Size in bytes of every chunk except the last.</summary>
    public const int Octets = 256 * 1024;
}
