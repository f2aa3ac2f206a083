using System.Runtime.CompilerServices;
using AgentPost.Store.Spooling;

namespace AgentPost.Host.MailFiles;

/// <summary>
/// Files with one message each (<c>.eml</c>), read byte for byte. A file without a mail header is a problem.
/// </summary>
sealed class EmlSource(string folder, IReadOnlyList<string> paths) : MailSource(folder)
{
    public override long Octets => paths.Sum(path => new FileInfo(path).Length);

    public override async IAsyncEnumerable<FoundMessage> ReadAsync(
        Func<IncomingMessage> receive, Action<long> progress, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var path in paths)
        {
            var found = await MessageFileReader.ReadAsync(path, MessageMarks.None, receive, progress, cancellation);
            yield return found.Problem is null && !MailHeader.IsIn(found.Message.Scan.Header.Span)
                ? found with { Problem = MailHeader.IsMissing }
                : found;
        }
    }
}
