using AgentPost.Store.Spooling;

namespace AgentPost.Host.MailFiles;

/// <summary>Files whose messages belong into one folder.</summary>
/// <param name="folder">Path below the folder that everything goes into, components apart by <c>/</c>; empty: that folder itself.</param>
abstract class MailSource(string folder)
{
    public string Folder { get; } = folder;

    /// <summary>Of all files together; for showing progress.</summary>
    public abstract long Octets { get; }

    /// <summary>Reads all messages, in the order in which they came. A file that cannot be read is a message with a problem.</summary>
    /// <param name="progress">Told how many more octets have been read.</param>
    public abstract IAsyncEnumerable<FoundMessage> ReadAsync(Func<IncomingMessage> receive, Action<long> progress, CancellationToken cancellation);
}
