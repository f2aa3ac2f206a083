namespace AgentPost.Host.MailFiles;

/// <summary>
/// Finds the mail at a path: an mbox file, a message, a Maildir with its folders, or a directory with any of these at
/// any depth. Other files, such as indexes and settings, are skipped.
/// </summary>
static class MailSources
{
    const string MessageEnding = ".eml";

    // Apple Mail stores the messages of X in X.mbox/mbox.
    const string AppleName = "mbox";

    /// <summary>
    /// Finds the mail at a path. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> if it
    /// cannot be read.
    /// </summary>
    public static IReadOnlyList<MailSource> Find(string path) =>
        Directory.Exists(path) ? InDirectory("", path) : OfFile("", path) is { } mbox ? [mbox] : [new EmlSource("", [path])];

    static List<MailSource> InDirectory(string folder, string directory)
    {
        if (MaildirSource.Fits(directory))
        {
            return InMaildir(folder, directory);
        }
        var files = Directory.EnumerateFiles(directory).Where(IsVisible).Order(StringComparer.Ordinal).ToList();
        var messages = files.FindAll(file => file.EndsWith(MessageEnding, StringComparison.OrdinalIgnoreCase));
        var sources = new List<MailSource>();
        if (messages.Count > 0)
        {
            sources.Add(new EmlSource(folder, messages));
        }
        sources.AddRange(files.Except(messages).Select(file => OfFile(Path.GetFileName(file) == AppleName ? folder : Below(folder, file), file)).OfType<MailSource>());
        foreach (var inner in Directory.EnumerateDirectories(directory).Where(IsVisible).Order(StringComparer.Ordinal))
        {
            sources.AddRange(InDirectory(Below(folder, inner), inner));
        }
        return sources;
    }

    static List<MailSource> InMaildir(string folder, string directory)
    {
        var sources = new List<MailSource> { new MaildirSource(folder, directory) };
        foreach (var inner in Directory.EnumerateDirectories(directory).Where(MaildirSource.Fits).Order(StringComparer.Ordinal))
        {
            // Maildir++ stores all folders next to each other; other programs nest them.
            var name = Path.GetFileName(inner);
            sources.AddRange(name[0] == '.'
                ? [new MaildirSource(Join(folder, MaildirName.ReadFolder(name)), inner)]
                : InMaildir(Below(folder, inner), inner));
        }
        return sources;
    }

    // An empty file with this extension is an empty folder.
    static MboxSource? OfFile(string folder, string file) =>
        MboxSource.Fits(file) || (file.EndsWith(MboxName.Ending, StringComparison.OrdinalIgnoreCase) && new FileInfo(file).Length == 0) ? new(folder, file) : null;

    static bool IsVisible(string path) => Path.GetFileName(path)[0] != '.';

    static string Below(string folder, string path) => Join(folder, MboxName.Read(Path.GetFileName(path)));

    static string Join(string folder, string name) => folder.Length == 0 ? name : $"{folder}/{name}";
}
