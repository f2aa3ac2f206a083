using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AgentPost.Host.Cli;

/// <summary>Output of listing commands: columns for people, or with <c>--json</c> one array for programs.</summary>
static class Listing
{
    // Standard output is not HTML, so non-ASCII letters, < and + are not escaped.
    static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    public static Option<bool> Json() => new("--json") { Description = "Write one JSON array." };

    public static void Write<T>(IEnumerable<T> lines, string[] titles, Func<T, string[]> columns, bool asJson)
    {
        if (asJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(lines, Format));
            return;
        }
        var rows = lines.Select(columns).Prepend(titles).ToList();
        var widths = titles.Select((_, column) => rows.Max(row => row[column].Length)).ToList();
        foreach (var row in rows)
        {
            Console.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }

    public static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
