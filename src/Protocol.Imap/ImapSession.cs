using System.Diagnostics;
using AgentPost.Protocol.Connections;
using AgentPost.Protocol.Imap.Commands;
using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Selection;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.View;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap;

/// <summary>
/// One IMAP connection. Reads a command, runs it, reports changes and writes the tagged line. Only this class writes
/// tagged lines, and only this class catches the exceptions of commands.
/// </summary>
sealed class ImapSession : IDisposable
{
    const int BadCommandLimit = 10;

    readonly ClientConnection _connection;
    readonly SessionState _state;
    int _badCommands;

    public ImapSession(ClientConnection connection, ImapServices services)
    {
        _connection = connection;
        _state = new(connection, services, Collects);
        Input.IsIdentification = static octets => CommandHead.Read(octets).Name is "ID";
    }

    ImapServices Services => _state.Services;

    ResponseWriter Writer => _state.Writer;

    CommandFramer Input => _state.Input;

    SessionContext Context => _state.Context;

    string? InboxName => (Context as AuthenticatedContext)?.Login.Inbox.Address.Value;

    public async Task RunAsync()
    {
        var cancellation = _connection.Aborted;
        try
        {
            if (Greet())
            {
                while (await StepAsync(cancellation))
                {
                }
            }
            await Writer.FlushAsync(cancellation);
        }
        catch (Exception exception) when (IsClientGone(exception))
        {
            Log.Ended(Services.Logger, _connection.ConnectionId, exception.Message);
        }
#pragma warning disable CA1031 // The connection is lost either way; here it is known whose it was.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.SessionFailed(Services.Logger, exception, _connection.ConnectionId, InboxName);
            _connection.Abort("A response could not be finished");
        }
    }

    public void Dispose() => _state.Dispose();

    bool Greet()
    {
        if (!_state.TryAdmit())
        {
            Writer.Bye(ResponseCode.Limit, "Too many connections from your address wait for a login");
            return false;
        }
        var capabilities = $"CAPABILITY {_state.CapabilityLine(Context)}";
        Writer.UntaggedOk(capabilities, $"{Services.Options.Hostname} AgentPost IMAP ready");
        return true;
    }

    /// <summary>Reads and runs one command. Returns false if the session must end.</summary>
    async ValueTask<bool> StepAsync(CancellationToken cancellation)
    {
        if (_state.Notifications is not null
            && Context is AuthenticatedContext context
            && !await TellUntilCommandAsync(context, cancellation))
        {
            return false;
        }
        var frame = await Input.ReadCommandAsync(cancellation);
        if (frame.Kind is FrameKind.End)
        {
            SayGoodbye();
            return false;
        }
        if (frame is { Kind: FrameKind.Whole, Octets.IsEmpty: true })
        {
            // Some clients send an extra CRLF after a literal, which arrives as an empty line. Ignore these lines, but
            // count them as bad commands, so that a client cannot send them forever.
            return !IsHopeless(isBad: true);
        }
        var head = CommandHead.Read(frame.Octets.Span);
        _state.Trace.Command(head, frame.Octets.Span);
        _state.Tag = head.Tag ?? "";
        var completion = await AnswerAsync(head, frame, cancellation);
        if (frame.Kind is FrameKind.Fatal)
        {
            Writer.Bye(completion.Code, completion.Text);
            return false;
        }
        await Input.FinishAsync(cancellation);
        if (Input.IsEnded)
        {
            SayGoodbye();
            return false;
        }
        var goesOn = await SyncAsync(head.Row, completion, cancellation);
        Complete(head, completion);
        if (Context is SelectedContext selected)
        {
            await selected.SettleRecentAsync(cancellation);
        }
        await Writer.FlushIfLargeAsync(cancellation);
        if (completion.BeginsCompression)
        {
            await Writer.FlushAsync(cancellation);
            _connection.StartCompression();
        }
        return goesOn && !completion.EndsSession && !IsHopeless(completion.Status is CompletionStatus.Bad);
    }

    /// <summary>
    /// After NOTIFY, reports changes until the client sends a command. Returns false if the session must end.
    /// </summary>
    async ValueTask<bool> TellUntilCommandAsync(AuthenticatedContext context, CancellationToken cancellation)
    {
        await Writer.FlushAsync(cancellation);
        var command = Input.WaitAsync(cancellation).AsTask();
        bool goesOn;
        try
        {
            var news = new News(command, context, _state.SelectedEvents.Expunges, Timeout.InfiniteTimeSpan);
            goesOn = await news.TellUntilWordAsync(cancellation);
        }
        finally
        {
            // The input allows only one pending read, so cancel this one before the next.
            if (!command.IsCompleted)
            {
                Input.CancelPendingRead();
            }
            await command;
        }
        if (Input.IsEnded)
        {
            SayGoodbye();
        }
        return goesOn && !Input.IsEnded;
    }

    /// <summary>
    /// Runs the command and turns every error into a completion, so that the connection stays in sync. An error in the
    /// middle of a response cannot be repaired: it ends the connection.
    /// </summary>
    async ValueTask<Completion> AnswerAsync(CommandHead head, Frame frame, CancellationToken cancellation)
    {
        try
        {
            return frame.Refusal ?? Precheck(head) ?? await ExecuteAsync(Parse(head, frame.Octets.Span), cancellation);
        }
        catch (SyntaxException exception)
        {
            return Completion.Bad($"{head.Name}: {exception.Message}");
        }
        catch (RefusedException exception)
        {
            return exception.Completion;
        }
        catch (StoreRefusedException exception)
        {
            return Refusals.Answer(exception);
        }
        catch (StoreFullException exception) when (!Writer.IsMidResponse)
        {
            Log.StoreUnavailable(Services.Logger, _connection.ConnectionId, InboxName, head.Name, exception.Message);
            return Completion.No(ResponseCode.Limit, "The server has no room for this; try again later");
        }
        catch (StoreUnavailableException exception) when (!Writer.IsMidResponse)
        {
            Log.StoreUnavailable(Services.Logger, _connection.ConnectionId, InboxName, head.Name, exception.Message);
            return Completion.No(ResponseCode.Unavailable, "The mail store cannot be reached; try again in a moment");
        }
#pragma warning disable CA1031 // Whatever a command fails with, the other commands of the connection can go on.
        catch (Exception exception) when (!IsClientGone(exception) && !Writer.IsMidResponse)
#pragma warning restore CA1031
        {
            Log.CommandFailed(Services.Logger, exception, _connection.ConnectionId, InboxName, head.Name);
            return Completion.No(ResponseCode.ServerBug, "Something went wrong on the server; it has been logged");
        }
    }

    Command Parse(CommandHead head, ReadOnlySpan<byte> octets)
    {
        var row = head.Row ?? throw new UnreachableException();
        var parser = new CommandParser(octets[head.ArgumentsAt..], Writer.Enabled);
        return row.Parse(ref parser);
    }

    ValueTask<Completion> ExecuteAsync(Command command, CancellationToken cancellation) => (command, Context) switch
    {
        (AnyStateCommand any, _) => any.ExecuteAsync(Context, cancellation),
        (NotAuthenticatedCommand before, NotAuthenticatedContext context) => before.ExecuteAsync(context, cancellation),
        (AuthenticatedCommand authenticated, AuthenticatedContext context) => authenticated.ExecuteAsync(context, cancellation),
        (SelectedCommand selected, SelectedContext context) => selected.ExecuteAsync(context, cancellation),
        _ => throw new UnreachableException(),
    };

    /// <summary>
    /// Returns the completion that rejects a command before it is parsed, or null if the command may run.
    /// </summary>
    Completion? Precheck(CommandHead head) => head switch
    {
        { Name: "" } => Completion.Bad("Expected a tag, a space and a command"),
        { Row: null } => Completion.Bad($"Unknown command {head.Name}"),
        { Row: { } row } when row.WrongState(Context) is { } wrong => Completion.Bad(wrong),
        { Row: { } row } when Writer.Enabled.HasFlag(EnabledExtensions.UidOnly) && CommandTable.TakesNumbers(row) =>
            Completion.Bad(ResponseCode.UidRequired, $"After ENABLE UIDONLY, use UID {row.Name}"),
        { Row.Right: Right.Write or Right.WriteSelected } when Context is AuthenticatedContext { MayWrite: false } =>
            Completion.No(ResponseCode.NoPerm, $"{head.Name} needs a key with the scope {Scope.MessagesWrite}"),
        { Row.Right: Right.WriteSelected } when Context is SelectedContext { Folder.Access: FolderAccess.ReadOnly } =>
            Completion.No(ResponseCode.ReadOnly, "The mailbox was opened read-only"),
        _ => null,
    };

    /// <summary>
    /// Returns true if the literal must be read as part of the command. Law 9: a literal is requested only if its
    /// command can run. Message literals are left to the command.
    /// </summary>
    bool Collects(ReadOnlySpan<byte> octets)
    {
        var head = CommandHead.Read(octets);
        if (head.Row is null || Precheck(head) is not null)
        {
            return false;
        }
        // Arguments are separated by spaces. A literal after more spaces than this is not one of the first arguments,
        // so the command streams it.
        var arguments = octets[head.ArgumentsAt..];
        return head.Row.Literals switch
        {
            LiteralHandling.StreamedAfterFirst => SpacesBeforeLiteral(arguments) <= 1,
            LiteralHandling.StreamedAfterSecond => SpacesBeforeLiteral(arguments) <= 2,
            _ => true,
        };
    }

    /// <summary>Counts the spaces before the literal. Consecutive spaces count as one.</summary>
    static int SpacesBeforeLiteral(ReadOnlySpan<byte> arguments)
    {
        if (!LiteralHeader.TryParse(arguments, out _, out var start))
        {
            return 0;
        }
        var spaces = 0;
        for (var at = 0; at < start; at++)
        {
            spaces += arguments[at] == ' ' && (at == 0 || arguments[at - 1] != ' ') ? 1 : 0;
        }
        return spaces;
    }

    /// <summary>
    /// Writes untagged updates. Returns false if the selected folder was deleted: its message numbers are then invalid,
    /// and IMAP can report that only with BYE.
    /// </summary>
    async ValueTask<bool> SyncAsync(CommandRow? row, Completion completion, CancellationToken cancellation)
    {
        if (row is null or { Sync: SyncPoint.None } || completion.Status is CompletionStatus.Bad || Context is not SelectedContext { Folder: var folder })
        {
            return true;
        }
        if (row.Sync is not SyncPoint.BeforeResult)
        {
            await Writer.SyncAsync(folder, row.Sync is SyncPoint.KeepsNumbers ? ExpungeTelling.Held : ExpungeTelling.Allowed, cancellation);
        }
        if (folder.IsGone)
        {
            Writer.Bye(null, "The selected mailbox has been deleted");
        }
        return !folder.IsGone;
    }

    void Complete(CommandHead head, Completion completion)
    {
        if (completion.Status is not CompletionStatus.Ok)
        {
            Log.CommandRefused(Services.Logger, _connection.ConnectionId, head.Name, completion.Text);
        }
        (head.Tag is { } tag ? Writer.Tagged(tag) : Writer.Untagged()).State(completion);
    }

    /// <summary>
    /// Counts bad commands: consecutive ones after login, all of them before login. Returns true, after writing BYE, if
    /// there are too many.
    /// </summary>
    bool IsHopeless(bool isBad)
    {
        if (isBad)
        {
            _badCommands++;
        }
        else if (Context is AuthenticatedContext)
        {
            _badCommands = 0;
        }
        if (_badCommands < BadCommandLimit)
        {
            return false;
        }
        Writer.Bye(null, "Too many bad commands");
        return true;
    }

    void SayGoodbye()
    {
        if (_connection.EndRequested is not { } reason)
        {
            return;
        }
        Log.Ended(Services.Logger, _connection.ConnectionId, reason.ToString());
        Writer.Bye(reason is EndReason.Shutdown ? ResponseCode.Unavailable : null, reason switch
        {
            EndReason.Idle => "Idle for too long",
            EndReason.LoginTimeout => "No login in time",
            EndReason.Shutdown => "The server is shutting down; connect again in a moment",
            EndReason.LoginEnded => "This login has ended: its key was revoked or has expired",
            _ => throw new UnreachableException(),
        });
    }

    bool IsClientGone(Exception exception) =>
        exception is ClientGoneException || (exception is OperationCanceledException && _connection.Aborted.IsCancellationRequested);
}
