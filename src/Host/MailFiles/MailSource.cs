using AgentPost.Store.Spooling;

namespace AgentPost.Host.MailFiles;

/// <summary>Files whose messages belong to one folder.</summary>
/// <param name="folder">Path below the target folder, separated by <c>/</c>. Empty for the target folder
/// itself.</param>
abstract class MailSource(string folder)
{
    public string Folder { get; } = folder;

    /// <summary>Total size of all files in bytes, for the progress bar.</summary>
    public abstract long Octets { get; }

    /// <summary>
    /// Reads all messages, in the order of their arrival. A file that cannot be read is returned as a message with a
    /// problem.
    /// </summary>
    /// <param name="progress">Receives the number of bytes read since the last call.</param>
    public abstract IAsyncEnumerable<FoundMessage> ReadAsync(Func<IncomingMessage> receive, Action<long> progress, CancellationToken cancellation);
}
