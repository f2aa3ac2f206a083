using System.Text.RegularExpressions;

namespace AgentPost.Host.MailFiles;

/// <summary>
/// Names in a tree of mbox files: <c>Parent.mbox</c> and, beside it, <c>Parent/Child.mbox</c>. What would mean something else there is written as <c>%2E</c> (a leading dot, and
/// the dot of an ending that programs use); the names of folders have no <c>%</c> of their own.
/// </summary>
static partial class MboxName
{
    public const string Ending = ".mbox";

    public static string Write(string component) => MeaningfulDot().Replace(component, "%2E");

    /// <summary>The name of the folder that a file or directory holds; Thunderbird keeps what is below <c>Name</c> in <c>Name.sbd</c>.</summary>
    public static string Read(string name) => EndingOfPrograms().Replace(name, "").Replace("%2E", ".", StringComparison.Ordinal);

    [GeneratedRegex(@"^\.|\.(?=(mbox|sbd|eml)$)", RegexOptions.IgnoreCase)]
    private static partial Regex MeaningfulDot();

    [GeneratedRegex(@"(?<=.)\.(mbox|sbd)$", RegexOptions.IgnoreCase)]
    private static partial Regex EndingOfPrograms();
}
