using AgentPost.Protocol.Dns;
using AgentPost.Store.Spooling;

namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>
/// Authenticates messages with SPF, DKIM and DMARC. DNS problems never throw. If the checks take longer than 30
/// seconds, all results are temporary errors.
/// </summary>
public sealed class Authenticator(DnsClient dns, TimeProvider time)
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    readonly DkimVerifier _dkim = new(dns, time);
    readonly DmarcVerifier _dmarc = new(dns);

    /// <param name="message">The message, completed.</param>
    internal async Task<AuthenticationReport> CheckAsync(IncomingMessage message, SpfQuery query, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Limit);
        try
        {
            var (header, bodyAt) = (message.Scan.Header, message.Scan.Root.BodyOffset);
            var spf = await new SpfEvaluation(dns, query, limit.Token).RunAsync();
            var dkim = await _dkim.VerifyAsync(header, (offset, destination, token) => message.ReadAsync(bodyAt + offset, destination, token), limit.Token);
            // The header is longer than the part that was scanned, and the rest may name other authors.
            var dmarc = header.Length < bodyAt ? new(AuthenticationVerdict.PermError, DmarcPolicy.None, null) : await _dmarc.VerifyAsync(header, spf, dkim, limit.Token);
            return new(query, spf, dkim, dmarc);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new(query, new(AuthenticationVerdict.TempError, query.Domain), [], new(AuthenticationVerdict.TempError, DmarcPolicy.None, null));
        }
    }
}
