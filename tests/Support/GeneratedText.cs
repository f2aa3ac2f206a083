namespace AgentPost.Support;

/// <summary>Text in the documentation that a test generates from the code, so that it cannot become stale.</summary>
public static class GeneratedText
{
    /// <summary>
    /// Compares what follows a line of a file with the generated text, up to the line <c>&lt;!-- end --&gt;</c> or the end. If they
    /// differ, writes the generated text to the file and fails: the change only has to be committed.
    /// </summary>
    /// <param name="path">Path from the root of the repository.</param>
    /// <param name="marker">The line before the text, such as <c>&lt;!-- settings --&gt;</c>.</param>
    public static void IsCurrent(string path, string marker, string text)
    {
        var file = Path.Combine(Repository.Root, path);
        var content = File.ReadAllText(file);
        var start = content.IndexOf(marker + "\n", StringComparison.Ordinal);
        if (start < 0)
        {
            throw new InvalidOperationException($"{path} has no line '{marker}'.");
        }
        start += marker.Length + 1;
        var end = content.IndexOf("<!-- end -->", start, StringComparison.Ordinal);
        end = end < 0 ? content.Length : end;
        if (content[start..end] != text)
        {
            File.WriteAllText(file, content[..start] + text + content[end..]);
            throw new InvalidOperationException($"{path} was stale and has been written again: commit it.");
        }
    }
}
