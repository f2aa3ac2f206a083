using System.Text.RegularExpressions;

namespace AgentPost.Host.MailFiles;

/// <summary>
/// Names in a directory of mbox files: <c>Parent.mbox</c> and, next to it, <c>Parent/Child.mbox</c>. A dot that would
/// have a special meaning is written as <c>%2E</c>: a leading dot, and the dot of an extension that programs use.
/// Folder names never contain <c>%</c>.
/// </summary>
static partial class MboxName
{
    public const string Ending = ".mbox";

    public static string Write(string component) => MeaningfulDot().Replace(component, "%2E");

    /// <summary>
    /// Returns the folder name of a file or directory. Thunderbird stores the children of <c>Name</c> in
    /// <c>Name.sbd</c>.
    /// </summary>
    public static string Read(string name) => EndingOfPrograms().Replace(name, "").Replace("%2E", ".", StringComparison.Ordinal);

    [GeneratedRegex(@"^\.|\.(?=(mbox|sbd|eml)$)", RegexOptions.IgnoreCase)]
    private static partial Regex MeaningfulDot();

    [GeneratedRegex(@"(?<=.)\.(mbox|sbd)$", RegexOptions.IgnoreCase)]
    private static partial Regex EndingOfPrograms();
}
