using System.Runtime.CompilerServices;
using AgentPost.Store;

namespace AgentPost.Host.MailFiles;

/// <summary>Files of one message each (<c>.eml</c>), octet for octet as they are.</summary>
sealed class EmlSource(string folder, IReadOnlyList<string> paths) : MailSource(folder)
{
    public override long Octets => paths.Sum(path => new FileInfo(path).Length);

    public override async IAsyncEnumerable<FoundMessage> ReadAsync(
        Func<IncomingMessage> receive, Action<long> progress, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var path in paths)
        {
            yield return await MessageFileReader.ReadAsync(path, MessageMarks.None, receive, progress, cancellation);
        }
    }
}
