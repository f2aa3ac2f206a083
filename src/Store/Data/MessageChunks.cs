namespace AgentPost.Store.Data;

/// <summary>
/// How the octets of a message are cut: the first chunk lies with the message, the others in rows of their own, so that neither Postgres nor this
/// process ever holds more of a large message than a chunk.
/// </summary>
static class MessageChunks
{
    /// <summary>Octets of every chunk but the last.</summary>
    public const int Octets = 256 * 1024;
}
