using System.Globalization;
using AgentPost.Mime.Headers;
using AgentPost.Protocol.Smtp.Authentication;
using AgentPost.Protocol.Smtp.Commands;
using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Protocol.Smtp.Wire;
using AgentPost.Store;

namespace AgentPost.Protocol.Smtp.Receivers;

/// <summary>Mail from another server: for inboxes here and nobody else, authenticated and marked. One for a session, whatever greetings it hears.</summary>
sealed class InboundDesk(SessionContext context) : IMailDesk
{
    /// <summary>RFC 5321 §6.3 wants a large number; a hundred hops are nobody's route.</summary>
    const int MostHops = 50;

    const int UnknownRecipientsAtOnce = 3;
    const int MostUnknownRecipients = 20;

    int _unknownRecipients;

    public string Sender => context.Connection.RemoteAddress.ToString();

    public bool AnswersEachRecipient => Options.Service == SmtpService.Lmtp;

    SmtpOptions Options => context.Services.Options;

    public Reply? RefuseSender(MailPath sender) => context.Services.Rates.TryTake(context.Connection.RemoteAddress) is { } wait
        ? new(450, "4.7.1", string.Create(CultureInfo.InvariantCulture, $"Too many messages from your address; try again in {Math.Ceiling(wait.TotalSeconds)} s"))
        : null;

    public async ValueTask<RecipientDecision> DecideAsync(MailPath recipient, MailTransaction mail, CancellationToken cancellation)
    {
        var place = recipient.IsPostmaster ? RecipientPlace.UnknownHere : await FindAsync(recipient.Address, cancellation);
        if (place == RecipientPlace.Inbox)
        {
            return recipient.Address;
        }
        if (place == RecipientPlace.UnknownHere && Postmaster.AddressFor(recipient.Address, Options.Inbound) is { } postmaster
            && await FindAsync(postmaster, cancellation) == RecipientPlace.Inbox)
        {
            return postmaster;
        }
        if (Options.Service == SmtpService.Mx && ++_unknownRecipients > UnknownRecipientsAtOnce)
        {
            if (_unknownRecipients > MostUnknownRecipients)
            {
                return Goodbye.TooManyUnknownRecipients;
            }
            // Who tries names to find those that exist is slowed, as who tries keys.
            await context.Services.Guard.DelayWrongLoginAsync(context.Connection.RemoteAddress, context.Connection.Aborted);
        }
        return place == RecipientPlace.UnknownHere
            ? NoInbox(recipient.Address)
            : new(554, "5.7.1", $"This server takes no mail for {recipient.Address}");
    }

    public async Task<Reply> AcceptAsync(IncomingMessage message, MailTransaction mail, CancellationToken cancellation)
    {
        await message.CompleteAsync(cancellation);
        var header = message.Scan.Header;
        if (InboundHeader.CountHops(header.Span) > MostHops)
        {
            return new(554, "5.4.6", $"The message has passed through more than {MostHops} servers: it goes in a circle");
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
            InboundKeywords.Of(header.Span, mail.ReversePath, report, Options),
            AuthorList.Read(header.Span).FirstFrom);
        return AnswersEachRecipient ? await DeliverEachAsync(arrival, mail, cancellation) : await DeliverAsync(arrival, mail, cancellation);
    }

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

    /// <summary>All with one transaction; where one of the inboxes is full or gone, one after the other, each with its own end.</summary>
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
            return refused.Refusal == Refusal.InboxNotFound ? NoInbox(recipient) : Refusals.Of(refused);
        }
    }
}
