using System.Globalization;
using System.Text;
using AgentPost.Host.Api.Requests;
using AgentPost.Mime.Composing;
using AgentPost.Mime.Headers;
using AgentPost.Protocol.Connections;
using AgentPost.Store.Addresses;
using AgentPost.Store.Model;
using AgentPost.Store.Sending;
using AgentPost.Store.Spooling;

namespace AgentPost.Host.Api.Sending;

/// <summary>
/// Sends messages like SMTP submission: checks the sending rules for each recipient, then stores and enqueues the
/// message in one transaction.
/// </summary>
static class MessageSender
{
    // RFC 5321 §4.5.3.1.1
    const int MaxLocalBytes = 64;

    /// <summary>
    /// Sends a composed message. If a retry repeats the <c>Idempotency-Key</c> of an accepted request, nothing is sent
    /// and the first message is returned.
    /// </summary>
    /// <param name="thread">Thread of the message that this one replies to. Null if it is not known.</param>
    public static async Task<IResult> SendAsync(ApiCall call, MessageBuilder builder, ThreadId? thread, CancellationToken cancellation)
    {
        if (await FindSentAsync(call, cancellation) is { } known)
        {
            return known;
        }
        await using var message = await Composition.WriteAsync(call, builder, call.IdempotencyKey(), cancellation);
        return await SendAsync(call, message, thread, cancellation);
    }

    /// <summary>
    /// Returns the response to the first request with this idempotency key, or null if there was none in the last day.
    /// </summary>
    public static async Task<IResult?> FindSentAsync(ApiCall call, CancellationToken cancellation) =>
        call.IdempotencyKey() is { } key && await call.Store.SendUsages.FindSentAsync(call.Inbox.Id, key, call.RequestSha256(), cancellation) is { } sent
            ? await ShowAsync(call, sent, cancellation)
            : null;

    /// <summary>Sends a completed message to all recipients in its header.</summary>
    public static Task<IResult> SendAsync(ApiCall call, IncomingMessage message, CancellationToken cancellation) =>
        SendAsync(call, message, null, cancellation);

    static async Task<IResult> SendAsync(ApiCall call, IncomingMessage message, ThreadId? thread, CancellationToken cancellation)
    {
        var id = await SubmitAsync(call, message, thread, cancellation);
        return await ShowAsync(call, id, cancellation);
    }

    static async Task<MessageId> SubmitAsync(ApiCall call, IncomingMessage message, ThreadId? thread, CancellationToken cancellation)
    {
        var recipients = RecipientsOf(message);
        if (recipients.Count == 0)
        {
            throw new ApiRefusedException(ApiError.Invalid("to", "a message has one recipient or more in to, cc or bcc"));
        }
        if (recipients.FirstOrDefault(recipient => !IsAddress(recipient)) is { } wrong)
        {
            throw new ApiRefusedException(ApiError.Invalid("to", $"mail cannot be sent to {wrong}"));
        }
        if (recipients.Count > call.Options.Recipients)
        {
            throw new ApiRefusedException(ApiError.Invalid("to", $"a message has at most {call.Options.Recipients} recipients"));
        }
        try
        {
            await CheckAsync(call, recipients, cancellation);
            await using var completed = await call.Store.Submissions.CompleteHeaderAsync(message, call.Inbox.Address, cancellation);
            var submission = new Submission(call.Inbox, call.Inbox.Address.Value, recipients, Received(call), completed ?? message)
            {
                IsInternational = true,
                RequestSha256 = call.RequestSha256(),
                Thread = thread,
            };
            var id = await call.Store.Submissions.SubmitAsync(submission, cancellation);
            Log.MessageAccepted(
                LoggerOf(call), id.ToString(), submission.Message.Octets, call.Inbox.Address.Value, recipients.Count,
                call.Http.TraceIdentifier);
            return id;
        }
        catch (SendRefusedException refused)
        {
            LogRejection(call, refused.Refusal);
            await TellRateAsync(call, refused.Refusal.RetryAfter, cancellation);
            throw;
        }
    }

    static void LogRejection(ApiCall call, SendRefusal rejection)
    {
        var (inbox, request) = (call.Inbox.Address.Value, call.Http.TraceIdentifier);
        if (rejection.RetryAfter is null)
        {
            Log.MessageRejected(LoggerOf(call), inbox, rejection.Reason, request);
        }
        else
        {
            Log.RateLimited(LoggerOf(call), inbox, rejection.Reason, request);
        }
    }

    static ILogger LoggerOf(ApiCall call) => call.Service<ILogger<ApiCall>>();

    static async Task CheckAsync(ApiCall call, IReadOnlyList<string> recipients, CancellationToken cancellation)
    {
        var accepted = new List<string>();
        foreach (var recipient in recipients)
        {
            if (await call.Store.SendPolicy.CheckAsync(call.Inbox.Id, recipient, accepted, cancellation) is { } refusal)
            {
                throw new SendRefusedException(refusal);
            }
            accepted.Add(recipient);
        }
    }

    static IReadOnlyList<string> RecipientsOf(IncomingMessage message)
    {
        var header = message.Scan.Header.Span;
        return
        [
            .. new[] { HeaderAddresses.Of(header, "To"u8), HeaderAddresses.Of(header, "Cc"u8), HeaderAddresses.Of(header, "Bcc"u8) }
                .SelectMany(addresses => addresses).DistinctBy(address => address.ToLowerInvariant()),
        ];
    }

    // Composed messages are validated when they are built, but a draft may come from any mail client.
    static bool IsAddress(string address)
    {
        var at = address.LastIndexOf('@');
        var local = LocalPart.Read(address[..at]);
        return local.Length > 0 && Encoding.UTF8.GetByteCount(local) <= MaxLocalBytes && !local.Any(char.IsControl)
            && InboxAddress.TryParse($"postmaster{address[at..]}", out _, out _);
    }

    static async Task<IResult> ShowAsync(ApiCall call, MessageId id, CancellationToken cancellation)
    {
        await TellRateAsync(call, null, cancellation);
        var found = await call.Store.MessageLists.FindAsync(call.Inbox.Id, [id], cancellation);
        return Answer.Created(new SentView(id.ToString(), found is [var sent] ? sent.Thread.ToString() : "", call.Inbox.Id.ToString(), found is [var own] ? own.InternetMessageId : null));
    }

    /// <summary>
    /// Sets the <c>RateLimit-*</c> header fields (draft-ietf-httpapi-ratelimit-headers) for the limit of the inbox with
    /// the fewest messages left: per minute or per day.
    /// </summary>
    /// <param name="refusedFor">Delay until the limit that rejected this message allows one. Null if no limit rejected
    /// it.</param>
    static async Task TellRateAsync(ApiCall call, TimeSpan? refusedFor, CancellationToken cancellation)
    {
        var (limits, usage) = (call.Store.SendUsages.Limits, await call.Store.SendUsages.ReadAsync(call.Inbox.Id, cancellation));
        var nearest = new[]
        {
            (Limit: limits.MessagesPerMinute, Used: usage.MessagesInMinute, Eases: usage.MinuteEases),
            (Limit: limits.MessagesPerDay, Used: usage.MessagesInDay, Eases: usage.DayEases),
        }.Where(limit => limit.Limit != long.MaxValue).OrderBy(limit => limit.Limit - limit.Used).ToList();
        if (nearest is [var (limit, used, eases), ..])
        {
            var headers = call.Http.Response.Headers;
            headers["RateLimit-Limit"] = limit.ToString(CultureInfo.InvariantCulture);
            headers["RateLimit-Remaining"] = (refusedFor is null ? Math.Max(0, limit - used) : 0).ToString(CultureInfo.InvariantCulture);
            headers["RateLimit-Reset"] = Math.Ceiling((refusedFor ?? eases).TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }
    }

    // Time-stamp-line = "Received:" FWS Stamp CRLF (RFC 5321 §4.4); "HTTP" is in IANA's registry of mail parameters.
    static ReadOnlyMemory<byte> Received(ApiCall call)
    {
        var address = call.Http.Connection.RemoteIpAddress ?? System.Net.IPAddress.None;
        return Encoding.ASCII.GetBytes(
            $"Received: from [{AddressLiteral.Of(address)}]\r\n\tby {call.Options.Hostname} with HTTP id {call.Http.TraceIdentifier};\r\n\t{MailDate.Format(call.Time.GetUtcNow())}\r\n");
    }
}
