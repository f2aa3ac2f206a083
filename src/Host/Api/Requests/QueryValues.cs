using System.Globalization;

namespace AgentPost.Host.Api.Requests;

/// <summary>Reads the query of a request. An invalid value is rejected with the name of its parameter.</summary>
readonly struct QueryValues(IQueryCollection query)
{
    const int DefaultLimit = 50;
    const int MostLimit = 200;

    public string? Text(string name) => query[name].ToString() is { Length: > 0 } text ? text : null;

    public IReadOnlyList<string> Texts(string name) => [.. query[name].OfType<string>().Where(text => text.Length > 0)];

    public bool? Flag(string name) => Text(name) switch
    {
        null => null,
        "true" or "1" => true,
        "false" or "0" => false,
        _ => throw Invalid(name, "this is true or false"),
    };

    public bool Has(string name) => Flag(name) is true;

    public DateTimeOffset? Instant(string name) => Text(name) switch
    {
        null => null,
        var text when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) => instant.ToUniversalTime(),
        _ => throw Invalid(name, "this is an instant such as 2026-01-31T12:00:00Z"),
    };

    public int Number(string name, int least, int most, int standard) => Text(name) switch
    {
        null => standard,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most => number,
        _ => throw Invalid(name, $"this is a number from {least} to {most}"),
    };

    public string Choice(string name, params IReadOnlyList<string> values) => Text(name) switch
    {
        null => values[0],
        var text when values.Contains(text) => text,
        _ => throw Invalid(name, $"this is one of {string.Join(", ", values)}"),
    };

    public int Limit() => Number("limit", 1, MostLimit, DefaultLimit);

    static ApiRefusedException Invalid(string name, string message) => new(ApiError.Invalid(name, message));
}
