using System.Runtime.CompilerServices;
using AgentPost.Store.Spooling;

namespace AgentPost.Host.MailFiles;

/// <summary>
/// One folder of a Maildir: the files in <c>cur</c> and <c>new</c>. Files in <c>tmp</c> are incomplete.
/// </summary>
sealed class MaildirSource(string folder, string directory) : MailSource(folder)
{
    static readonly string[] Parts = ["cur", "new"];

    public override long Octets => Files().Sum(file => file.Length);

    public static bool Fits(string directory) => Directory.Exists(Path.Combine(directory, "cur"));

    public override async IAsyncEnumerable<FoundMessage> ReadAsync(
        Func<IncomingMessage> receive, Action<long> progress, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var keywords = MaildirName.ReadKeywords(directory);
        foreach (var file in Files().OrderBy(DateOf).ThenBy(file => file.Name, StringComparer.Ordinal))
        {
            var (flags, named) = MaildirName.ReadFlags(file.Name, keywords);
            yield return await MessageFileReader.ReadAsync(file.FullName, new(flags, named, DateOf(file)), receive, progress, cancellation);
        }
    }

    IEnumerable<FileInfo> Files() => Parts
        .Select(name => new DirectoryInfo(Path.Combine(directory, name)))
        .Where(part => part.Exists)
        .SelectMany(part => part.EnumerateFiles())
        .Where(file => file.Name[0] != '.');

    // The time of the file is the time of delivery, unless the file was copied.
    static DateTimeOffset DateOf(FileInfo file)
    {
        var written = new DateTimeOffset(file.LastWriteTimeUtc);
        return MaildirName.ReadDate(file.Name) is { } named && named < written ? named : written;
    }
}
