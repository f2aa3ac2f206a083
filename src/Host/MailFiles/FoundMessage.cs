using AgentPost.Store.Model;
using AgentPost.Store.Spooling;

namespace AgentPost.Host.MailFiles;

/// <summary>A message found in files, complete and with the line ends of mail. Whoever receives it owns it.</summary>
/// <param name="Place">Where it was found, for people.</param>
/// <param name="DatedAt">When it was delivered, as the files say; null when they do not.</param>
/// <param name="Problem">Why it cannot be kept, as the end of a sentence; null when it can.</param>
sealed record FoundMessage(
    IncomingMessage Message, string Place, SystemFlags Flags, KeywordSet Keywords, DateTimeOffset? DatedAt, string? Problem) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Message.DisposeAsync();
}
