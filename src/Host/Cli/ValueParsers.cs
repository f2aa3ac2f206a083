using System.CommandLine.Parsing;
using System.Globalization;

namespace AgentPost.Host.Cli;

/// <summary>
/// Parses options and arguments that are not plain text. The conversions of System.CommandLine name .NET types in their
/// errors.
/// </summary>
static class ValueParsers
{
    const int MaxDays = 36_500;

    /// <summary>Parses a duration: a number followed by d, h or m.</summary>
    public static TimeSpan? Duration(ArgumentResult argument)
    {
        var text = TextOf(argument);
        if (text.Length > 1
            && UnitOf(text[^1]) is { } unit
            && int.TryParse(text.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number > 0 && number <= TimeSpan.FromDays(MaxDays) / unit)
        {
            return number * unit;
        }
        argument.AddError($"'{text}' is not a duration. Use a number followed by d, h or m, such as 90d.");
        return null;
    }

    public static int PositiveInt(ArgumentResult argument)
    {
        var text = TextOf(argument);
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
        {
            return number;
        }
        argument.AddError($"'{text}' is not a number from 1 to {int.MaxValue}.");
        return 0;
    }

    /// <summary>Parses the name of a value of <typeparamref name="T"/>, ignoring case. Numbers are not names.</summary>
    public static T OneOf<T>(ArgumentResult argument) where T : struct, Enum
    {
        var text = TextOf(argument);
        if (Enum.GetNames<T>().Contains(text, StringComparer.OrdinalIgnoreCase))
        {
            return Enum.Parse<T>(text, ignoreCase: true);
        }
        var names = string.Join(" or ", Enum.GetNames<T>().Select(name => name.ToLowerInvariant()));
        argument.AddError($"'{text}' is not valid. Use {names}.");
        return default;
    }

    static string TextOf(ArgumentResult argument) => argument.Tokens.Count == 1 ? argument.Tokens[0].Value : "";

    static TimeSpan? UnitOf(char letter) => letter switch
    {
        'd' => TimeSpan.FromDays(1),
        'h' => TimeSpan.FromHours(1),
        'm' => TimeSpan.FromMinutes(1),
        _ => null,
    };
}
