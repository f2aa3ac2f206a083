using System.Globalization;
using AgentPost.Mime.Headers;
using AgentPost.Protocol.Smtp.Authentication;
using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Protocol.Smtp.Wire;
using AgentPost.Store.Access;
using AgentPost.Store.Inbound;
using AgentPost.Store.Model;
using AgentPost.Store.Spooling;

namespace AgentPost.Protocol.Smtp.Receivers;

/// <summary>
/// Receives inbound mail: accepts local recipients only, authenticates the message and sets keywords. One per session.
/// </summary>
sealed class InboundReceiver(SmtpContext context) : IMailReceiver
{
    /// <summary>More than any real route (RFC 5321 §6.3).</summary>
    const int MaxHops = 50;

    const int MaxUndelayedUnknownRecipients = 3;
    const int MaxUnknownRecipients = 20;

    int _unknownRecipients;

    public string Sender => context.Connection.RemoteAddress.ToString();

    public bool RepliesPerRecipient => Options.Service == SmtpService.Lmtp;

    SmtpOptions Options => context.Services.Options;

    public Reply? RejectSender(MailPath sender) => context.Services.Rates.TryTake(context.Connection.RemoteAddress) is { } wait
        ? new(450, "4.7.1", string.Create(CultureInfo.InvariantCulture, $"Too many messages from your address; try again in {Math.Ceiling(wait.TotalSeconds)} s"))
        : null;

    public async ValueTask<RecipientDecision> DecideAsync(MailPath recipient, MailTransaction mail, CancellationToken cancellation)
    {
        var place = recipient.IsPostmaster ? RecipientPlace.UnknownHere : await FindAsync(recipient.Address, cancellation);
        if (place == RecipientPlace.Inbox)
        {
            return recipient.Address;
        }
        if (place == RecipientPlace.UnknownHere && FindOperatorInbox(recipient.Address) is { } postmaster
            && await FindAsync(postmaster, cancellation) == RecipientPlace.Inbox)
        {
            return postmaster;
        }
        if (Options.Service == SmtpService.Mx && ++_unknownRecipients > MaxUndelayedUnknownRecipients)
        {
            if (_unknownRecipients > MaxUnknownRecipients)
            {
                return ClosingReplies.TooManyUnknownRecipients;
            }
            // Slow down address harvesting like password guessing.
            await context.Services.Guard.DelayWrongLoginAsync(context.Connection.RemoteAddress, context.Connection.Aborted);
        }
        return place == RecipientPlace.UnknownHere
            ? NoInbox(recipient.Address)
            : new(554, "5.7.1", $"Relay access denied for {recipient.Address}");
    }

    public async Task<Reply> AcceptAsync(IncomingMessage message, MailTransaction mail, CancellationToken cancellation)
    {
        await message.CompleteAsync(cancellation);
        var header = message.Scan.Header;
        if (InboundHeader.CountHops(header.Span) > MaxHops)
        {
            return new(554, "5.4.6", $"Too many hops (more than {MaxHops} servers): mail loop");
        }
        var report = await AuthenticateAsync(message, mail, cancellation);
        if (report is { Dmarc: { Verdict: AuthenticationVerdict.Fail, Policy: DmarcPolicy.Reject } dmarc } && Options.Inbound.RejectsByDmarc)
        {
            return new(550, "5.7.1", $"The message fails DMARC, and {dmarc.Domain} wants such mail refused");
        }
        var top = InboundHeader.Of(header.Span, mail.ReversePath, TraceHeader.Received(context, mail).Span, report, Options);
        await using var delivered = await context.Services.Store.Arrivals.WithHeaderAsync(message, top, cancellation);
        var arrival = new Arrival(
            mail.Recipients,
            delivered,
            InboundKeywords.Of(header.Span, message.Scan, mail.ReversePath, report, Options),
            AuthorList.Read(header.Span).FirstFrom)
        {
            Received = new(mail.ReversePath, message),
        };
        return RepliesPerRecipient ? await DeliverEachAsync(arrival, mail, cancellation) : await DeliverAsync(arrival, mail, cancellation);
    }

    string? FindOperatorInbox(string recipient) =>
        Options.Inbound.Postmaster is { } inbox ? RoleAddresses.Redirect(recipient, inbox) : null;

    Task<RecipientPlace> FindAsync(string address, CancellationToken cancellation) => context.Services.Store.Arrivals.FindAsync(address, cancellation);

    static Reply NoInbox(string recipient) => new(550, "5.1.1", $"There is no inbox {recipient}");

    async Task<AuthenticationReport?> AuthenticateAsync(IncomingMessage message, MailTransaction mail, CancellationToken cancellation) =>
        context.Services.Authenticator is { } authenticator
            ? await authenticator.CheckAsync(
                message, SpfQuery.Of(context.Connection.RemoteAddress, mail.ReversePath, context.Client!.Name), cancellation)
            : null;

    async Task<Reply> DeliverAsync(Arrival arrival, MailTransaction mail, CancellationToken cancellation)
    {
        var ids = await context.Services.Store.Arrivals.DeliverAsync(arrival, cancellation);
        Log.MessageReceived(
            context.Services.Logger, ids[0].ToString(), arrival.Message.Octets, mail.ReversePath, Sender, ids.Count, arrival.Keywords.ToString(), context.Connection.ConnectionId);
        return new(250, "2.0.0", $"{ids[0]} delivered");
    }

    /// <summary>
    /// Delivers to all recipients in one transaction. If one inbox is full or deleted, delivers to each separately.
    /// </summary>
    async Task<Reply> DeliverEachAsync(Arrival arrival, MailTransaction mail, CancellationToken cancellation)
    {
        try
        {
            return await DeliverAsync(arrival, mail, cancellation);
        }
        catch (StoreRefusedException)
        {
            var replies = new List<Reply>();
            foreach (var recipient in mail.Accepted)
            {
                replies.Add(await DeliverToAsync(recipient, arrival, mail, cancellation));
            }
            return replies[0] with { Further = replies[1..] };
        }
    }

    async Task<Reply> DeliverToAsync(string recipient, Arrival arrival, MailTransaction mail, CancellationToken cancellation)
    {
        try
        {
            return await DeliverAsync(arrival with { Recipients = [recipient] }, mail, cancellation);
        }
        catch (StoreRefusedException refused)
        {
            return refused.Refusal == Refusal.InboxNotFound ? NoInbox(recipient) : StoreReplies.Of(refused);
        }
    }
}
