namespace AgentPost.Support.Transcripts;

/// <summary>A server that transcripts are played against: ours, or another one that our expectations are checked with.</summary>
public interface ITranscriptServer
{
    /// <summary>Opens a connection of the kind <c>imap</c>, <c>smtp</c>, <c>mx</c> or <c>lmtp</c>.</summary>
    Task<LineClient> ConnectAsync(string kind, CancellationToken cancellation);

    /// <summary>Makes an inbox that nobody else uses and returns its address.</summary>
    Task<string> CreateInboxAsync(CancellationToken cancellation);

    /// <summary>Makes a key for these inboxes and returns its secret.</summary>
    Task<string> CreateKeyAsync(IReadOnlyList<string> scopes, IReadOnlyList<string> inboxes, CancellationToken cancellation);
}
