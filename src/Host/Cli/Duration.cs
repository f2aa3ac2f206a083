using System.CommandLine.Parsing;
using System.Globalization;

namespace AgentPost.Host.Cli;

/// <summary>A span of time on the command line: a number and d, h or m.</summary>
static class Duration
{
    const int LongestDays = 36_500;

    public static TimeSpan? Parse(ArgumentResult argument)
    {
        var text = argument.Tokens.Count == 1 ? argument.Tokens[0].Value : "";
        if (text.Length > 1
            && UnitOf(text[^1]) is { } unit
            && int.TryParse(text.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number > 0 && number <= TimeSpan.FromDays(LongestDays) / unit)
        {
            return number * unit;
        }
        argument.AddError($"'{text}' is no time span: write a number and d, h or m, for example 90d.");
        return null;
    }

    static TimeSpan? UnitOf(char letter) => letter switch
    {
        'd' => TimeSpan.FromDays(1),
        'h' => TimeSpan.FromHours(1),
        'm' => TimeSpan.FromMinutes(1),
        _ => null,
    };
}
