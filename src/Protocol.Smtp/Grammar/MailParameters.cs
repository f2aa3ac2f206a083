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
        // size-value = 1*20DIGIT (RFC 1870 §5). A value too large for long counts as long.MaxValue.
        ("SIZE", (parameters, value) => value is { Length: > 0 and <= 20 } && value.All(char.IsAsciiDigit)
            ? parameters with { DeclaredSize = long.TryParse(value, CultureInfo.InvariantCulture, out var octets) ? octets : long.MaxValue }
            : null),

        // body-value = "7BIT" / "8BITMIME" (RFC 6152 §2) / "BINARYMIME" (RFC 3030 §3). The bytes are accepted unchanged
        // for both of the first two.
        ("BODY", (parameters, value) => value?.ToUpperInvariant() switch
        {
            "7BIT" or "8BITMIME" => parameters,
            "BINARYMIME" => parameters.AtSubmission("BODY=BINARYMIME") with { IsBinary = true },
            _ => null,
        }),

        ("SMTPUTF8", (parameters, value) => value is null ? parameters with { IsInternational = true } : null),

        // AUTH=mailbox or <> (RFC 4954 §5): the original submitter. Ignored, because the login identifies the sender.
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

        // HOLDFOR and HOLDUNTIL exclude each other (RFC 4865).
        ("HOLDFOR", (parameters, value) => parameters.Release is null && FutureRelease.ParseInterval(value) is { } release
            ? parameters.AtSubmission("HOLDFOR") with { Release = release }
            : null),
        ("HOLDUNTIL", (parameters, value) => parameters.Release is null && FutureRelease.ParseInstant(value) is { } release
            ? parameters.AtSubmission("HOLDUNTIL") with { Release = release }
            : null),
    ]);

    /// <summary>SIZE in bytes, which is checked again when the message has arrived. Null if not given.</summary>
    public long? DeclaredSize { get; init; }

    /// <summary>
    /// True for BODY=BINARYMIME: the content has no line structure and must be sent with BDAT (RFC 3030 §3).
    /// </summary>
    public bool IsBinary { get; init; }

    /// <summary>True if SMTPUTF8 was given (RFC 6531 §3.4).</summary>
    public bool IsInternational { get; init; }

    /// <summary>RET. Null if not given.</summary>
    public ReturnedContent? Return { get; init; }

    /// <summary>ENVID, decoded. Null if not given.</summary>
    public string? EnvelopeId { get; init; }

    /// <summary>HOLDFOR or HOLDUNTIL. Null if the message is not scheduled.</summary>
    public FutureRelease? Release { get; init; }

    /// <summary>The first parameter given that only submission supports. Null if there is none.</summary>
    public string? OfSubmission { get; init; }

    /// <summary>
    /// Reads all remaining parameters. Returns null if they are valid, otherwise the reply that rejects them.
    /// </summary>
    public static Reply? Parse(ref ArgumentReader reader, out MailParameters parameters)
    {
        parameters = new();
        return Table.Parse(ref reader, ref parameters);
    }

    MailParameters AtSubmission(string name) => this with { OfSubmission = OfSubmission ?? name };
}
