using AgentPost.Store.Model;
using AgentPost.Store.Spooling;

namespace AgentPost.Host.MailFiles;

/// <summary>A message found in files, complete and with CRLF line endings. The receiver owns it.</summary>
/// <param name="Place">Where it was found, as text for people.</param>
/// <param name="DatedAt">Time of delivery according to the files. Null if they do not contain it.</param>
/// <param name="Problem">Why the message cannot be imported, as the end of a sentence. Null if it can.</param>
sealed record FoundMessage(
    IncomingMessage Message, string Place, SystemFlags Flags, KeywordSet Keywords, DateTimeOffset? DatedAt, string? Problem) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Message.DisposeAsync();
}
