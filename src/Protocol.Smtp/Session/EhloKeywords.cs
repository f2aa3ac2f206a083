using System.Globalization;
using AgentPost.Protocol.Sasl;
using AgentPost.Protocol.Smtp.Grammar;

namespace AgentPost.Protocol.Smtp.Session;

/// <summary>The extensions that EHLO lists, one row each.</summary>
static class EhloKeywords
{
    static readonly Func<SmtpContext, string?>[] Rows =
    [
        _ => "PIPELINING", // RFC 2920
        context => Size(context.Services.Options.MaxMessageSize), // RFC 1870
        _ => "8BITMIME", // RFC 6152
        _ => "SMTPUTF8", // RFC 6531
        _ => "ENHANCEDSTATUSCODES", // RFC 2034
        context => context.Services.Options.Service == SmtpService.Lmtp ? null : "CHUNKING", // RFC 3030
        context => context.Services.Options.Service == SmtpService.Submission ? "BINARYMIME" : null, // RFC 3030
        context => context.Services.Options.Service == SmtpService.Submission ? "DSN" : null, // RFC 3461
        context => context.Services.Options.Service == SmtpService.Submission ? Release(context.Services.Time.GetUtcNow()) : null, // RFC 4865
        context => Limits(context.Services.Options.Recipients), // RFC 9422
        context => context.Connection.OffersTls ? "STARTTLS" : null, // RFC 3207
        context => context.Connection.IsEncrypted && context.Services.Options.Service == SmtpService.Submission ? "AUTH " + string.Join(' ', SaslMechanisms.Names) : null, // RFC 4954
    ];

    public static IEnumerable<string> For(SmtpContext context) => Rows.Select(row => row(context)).OfType<string>();

    static string? Limits(int recipients) =>
        recipients == int.MaxValue ? null : "LIMITS RCPTMAX=" + recipients.ToString(CultureInfo.InvariantCulture);

    // future-release = "FUTURERELEASE" SP max-future-release-interval SP max-future-release-date-time (RFC 4865)
    static string Release(DateTimeOffset now) =>
        string.Create(CultureInfo.InvariantCulture, $"FUTURERELEASE {FutureRelease.Longest.TotalSeconds:0} {FutureRelease.Format(now + FutureRelease.Longest)}");

    // SIZE without a number means that there is no fixed maximum (RFC 1870 §4).
    static string Size(long limit) => limit == long.MaxValue ? "SIZE" : "SIZE " + limit.ToString(CultureInfo.InvariantCulture);
}
