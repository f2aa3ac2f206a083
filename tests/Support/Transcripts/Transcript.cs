using System.Text;
using System.Text.RegularExpressions;

namespace AgentPost.Support.Transcripts;

/// <summary>A parsed transcript file, one character an octet; tests/Transcripts/README.md describes the format.</summary>
/// <param name="Capabilities">Those that the dialogue makes use of, as the server names them.</param>
/// <param name="OracleDiffers">Why another server answers otherwise; null: it does not.</param>
public sealed partial record Transcript(
    string Name,
    IReadOnlyList<string> Lines,
    IReadOnlyList<TranscriptGiven> Givens,
    IReadOnlyList<string> Capabilities,
    string? OracleDiffers,
    IReadOnlyList<TranscriptStep> Steps)
{
    const string AnyOrder = "any order";
    const string End = "end";

    /// <summary>It needs scopes, a second inbox or SMTP, which another server does not have.</summary>
    public bool NeedsAgentPost => Lines.Any(line => OwnThings().IsMatch(line));

    public static Transcript Load(string file, string name)
    {
        var lines = File.ReadAllLines(file, Encoding.Latin1);
        var givens = new List<TranscriptGiven>();
        var capabilities = new List<string>();
        var steps = new List<TranscriptStep>();
        List<TranscriptLine>? block = null;
        string? differs = null;
        for (var number = 1; number <= lines.Length; number++)
        {
            var text = lines[number - 1];
            if (text.StartsWith('#') || string.IsNullOrWhiteSpace(text))
            {
                continue;
            }
            if (Header(text, "given:") is { } given)
            {
                givens.Add(new(number, given));
            }
            else if (Header(text, "capability:") is { } capability)
            {
                capabilities.Add(capability);
            }
            else if (Header(text, "oracle differs:") is { } reason)
            {
                differs = reason;
            }
            else if (text == AnyOrder && block is null)
            {
                block = [];
            }
            else if (text == End && block is not null)
            {
                steps.Add(new(block, InAnyOrder: true));
                block = null;
            }
            else
            {
                Add(ParseLine(name, number, text), block, steps);
            }
        }
        return block is null ? new(name, lines, givens, capabilities, differs, steps) : throw new FormatException($"{name}: 'any order' without 'end'.");
    }

    static void Add(TranscriptLine line, List<TranscriptLine>? block, List<TranscriptStep> steps)
    {
        if (block is null)
        {
            steps.Add(new([line], InAnyOrder: false));
        }
        else
        {
            block.Add(line);
        }
    }

    static string? Header(string text, string name) => text.StartsWith(name, StringComparison.Ordinal) ? text[name.Length..].Trim() : null;

    static TranscriptLine ParseLine(string name, int number, string text)
    {
        var match = DialogueLine().Match(text);
        if (!match.Success)
        {
            throw new FormatException($"{name}:{number}: neither 'C: …', 'S: …', a header, 'any order' nor a # comment: {text}");
        }
        var connection = match.Groups["connection"].Value is { Length: > 0 } digit ? digit[0] - '0' : 1;
        return new(number, match.Groups["side"].Value[0], connection, match.Groups["form"].Value[0], match.Groups["text"].Value);
    }

    [GeneratedRegex(@"^(?<side>[CS])(?<connection>[1-9]?)(?<form>[:|<]) ?(?<text>.*)$")]
    private static partial Regex DialogueLine();

    [GeneratedRegex(@"^[^#]*\$(readonlykey|writekey|nokey)|^given: (inbox|connection)")]
    private static partial Regex OwnThings();
}

/// <summary>What must be there before the dialogue begins.</summary>
public sealed record TranscriptGiven(int Number, string Text);

/// <summary>One line of the dialogue.</summary>
/// <param name="Number">Of the line in its file, from 1.</param>
/// <param name="Side">'C' is sent, 'S' is expected.</param>
/// <param name="Form">':' a line, '|' octets with escapes, '&lt;' a file of tests/Transcripts/mail.</param>
public sealed record TranscriptLine(int Number, char Side, int Connection, char Form, string Text);

/// <summary>One line, or the lines of an 'any order' block.</summary>
public sealed record TranscriptStep(IReadOnlyList<TranscriptLine> Lines, bool InAnyOrder);
