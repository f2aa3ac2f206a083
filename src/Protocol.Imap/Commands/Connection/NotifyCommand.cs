using AgentPost.Protocol.Imap.Fetch;
using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Notify;
using AgentPost.Protocol.Imap.Selection;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.View;
using AgentPost.Protocol.Imap.Wire;

namespace AgentPost.Protocol.Imap.Commands.Connection;

/// <summary>
/// NOTIFY (RFC 5465 §3.1): sets the events that the client receives from now on, even while no command runs.
/// </summary>
/// <param name="Request">Null for NOTIFY NONE.</param>
/// <param name="Answer">Whether the state of every mailbox is reported immediately.</param>
sealed record NotifyCommand(NotifyRequest? Request, NotifyAnswer Answer) : AuthenticatedCommand
{
    // notify = "NOTIFY" SP ("SET" [SP "STATUS"] SP event-groups / "NONE")
    public static NotifyCommand Parse(ref CommandParser parser)
    {
        parser.Sp();
        var (request, answer) = (default(NotifyRequest), NotifyAnswer.None);
        if (parser.TryAtom("SET"u8))
        {
            parser.Sp();
            if (parser.TryAtom("STATUS"u8))
            {
                parser.Sp();
                answer = NotifyAnswer.Status;
            }
            request = NotifyRequest.Parse(ref parser);
        }
        else if (!parser.TryAtom("NONE"u8))
        {
            throw parser.Expected("SET or NONE");
        }
        parser.End();
        return new(request, answer);
    }

    public override async ValueTask<Completion> ExecuteAsync(AuthenticatedContext context, CancellationToken cancellation)
    {
        if (Request is null)
        {
            context.NotifyOf(SelectedEvents.None, null);
            return Completion.Ok("NOTIFY completed");
        }
        var notifications = await Notifications.StartAsync(context.Store, context.Inbox, Request, cancellation);
        var selected = (context as SelectedContext)?.Folder;
        try
        {
            if (selected is not null)
            {
                // Same as NOOP, whatever events the client wants from now on.
                await selected.CatchUpAsync(cancellation);
                await context.Writer.SyncAsync(selected, ExpungeTelling.Allowed, cancellation);
            }
        }
        catch
        {
            notifications.Dispose();
            throw;
        }
        if (Request.Selected.NewMessage.Contains(FetchItems.ModSeq))
        {
            context.Enable(EnabledExtensions.CondStore);
        }
        context.NotifyOf(Request.Selected, notifications);
        foreach (var watched in notifications.Watched.Where(watched => Answer is NotifyAnswer.Status && watched.Folder.Id != selected?.Key.Folder))
        {
            watched.TellState(context.Writer);
            await context.Writer.FlushIfLargeAsync(cancellation);
        }
        return Completion.Ok("NOTIFY completed");
    }
}

enum NotifyAnswer
{
    None,

    /// <summary>STATUS of every mailbox whose messages are reported, except the selected one.</summary>
    Status,
}
