using System.Globalization;
using AgentPost.Protocol.Smtp.Wire;
using AgentPost.Store.Outbound;

namespace AgentPost.Protocol.Smtp.Grammar;

/// <summary>The parameters of MAIL.</summary>
sealed record MailParameters
{
    const int LongestEnvelopeId = 100;

    static readonly ParameterTable<MailParameters> Table = new(
    [
        // size-value = 1*20DIGIT (RFC 1870 §5); one that no long can hold is as good as the longest.
        ("SIZE", (parameters, value) => value is { Length: > 0 and <= 20 } && value.All(char.IsAsciiDigit)
            ? parameters with { DeclaredSize = long.TryParse(value, CultureInfo.InvariantCulture, out var octets) ? octets : long.MaxValue }
            : null),

        // body-value = "7BIT" / "8BITMIME" (RFC 6152 §2), where the octets are taken as they are in both cases; / "BINARYMIME" (RFC 3030 §3)
        ("BODY", (parameters, value) => value?.ToUpperInvariant() switch
        {
            "7BIT" or "8BITMIME" => parameters,
            "BINARYMIME" => parameters.AtSubmission("BODY=BINARYMIME") with { IsBinary = true },
            _ => null,
        }),

        ("SMTPUTF8", (parameters, value) => value is null ? parameters with { IsInternational = true } : null),

        // AUTH=mailbox or <> (RFC 4954 §5): who first submitted it. We know who did.
        ("AUTH", (parameters, value) => value is { Length: > 0 } ? parameters : null),

        // ret-value = "FULL" / "HDRS" (RFC 3461 §4.3)
        ("RET", (parameters, value) => value?.ToUpperInvariant() switch
        {
            "FULL" => parameters.AtSubmission("RET") with { Return = ReturnedContent.Message },
            "HDRS" => parameters.AtSubmission("RET") with { Return = ReturnedContent.Header },
            _ => null,
        }),

        // envid-parameter = "ENVID=" xtext, of printable ASCII (RFC 3461 §4.4)
        ("ENVID", (parameters, value) => value is { Length: > 0 and <= LongestEnvelopeId } && Xtext.Decode(value) is { } id && System.Text.Ascii.IsValid(id)
            ? parameters.AtSubmission("ENVID") with { EnvelopeId = id }
            : null),

        // Not both (RFC 4865).
        ("HOLDFOR", (parameters, value) => parameters.Release is null && FutureRelease.ParseInterval(value) is { } release
            ? parameters.AtSubmission("HOLDFOR") with { Release = release }
            : null),
        ("HOLDUNTIL", (parameters, value) => parameters.Release is null && FutureRelease.ParseInstant(value) is { } release
            ? parameters.AtSubmission("HOLDUNTIL") with { Release = release }
            : null),
    ]);

    /// <summary>SIZE=, a promise to be checked twice; null when not given.</summary>
    public long? DeclaredSize { get; init; }

    /// <summary>BODY=BINARYMIME: lines mean nothing, and the message comes by BDAT only (RFC 3030 §3).</summary>
    public bool IsBinary { get; init; }

    /// <summary>SMTPUTF8 was given (RFC 6531 §3.4).</summary>
    public bool IsInternational { get; init; }

    /// <summary>RET; null when not given.</summary>
    public ReturnedContent? Return { get; init; }

    /// <summary>ENVID, decoded; null when not given.</summary>
    public string? EnvelopeId { get; init; }

    /// <summary>HOLDFOR or HOLDUNTIL; null: at once.</summary>
    public FutureRelease? Release { get; init; }

    /// <summary>The first parameter given that is for submission alone; null: there is none.</summary>
    public string? OfSubmission { get; init; }

    /// <summary>Reads all that is left. Null: well; else the refusal.</summary>
    public static Reply? Parse(ref ArgumentReader reader, out MailParameters parameters)
    {
        parameters = new();
        return Table.Parse(ref reader, ref parameters);
    }

    MailParameters AtSubmission(string name) => this with { OfSubmission = OfSubmission ?? name };
}
