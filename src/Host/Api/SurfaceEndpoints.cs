using AgentPost.Host.Remote;
using AgentPost.Host.Workers.Polling;
using AgentPost.Protocol.Imap.Client;
using AgentPost.Protocol.Smtp.Client;
using AgentPost.Store;

namespace AgentPost.Host.Api;

/// <summary>
/// Surfaces: an outside IMAP and SMTP account bound to an inbox. Paths and fields are those of an existing API, which clients know; hence their form. No answer ever has a
/// password.
/// </summary>
static class SurfaceEndpoints
{
    const string Account = """
        "imapHost":"imap.example.com","imapPort":993,"imapUsername":"ann@example.com","imapPassword":"…","smtpHost":"smtp.example.com","smtpPort":465,"smtpUsername":"ann@example.com","smtpPassword":"…"
        """;

    static readonly TimeSpan PollPatience = TimeSpan.FromSeconds(30);
    static readonly TimeSpan PollGlance = TimeSpan.FromMilliseconds(100);

    public static IReadOnlyList<Endpoint> Rows =>
    [
        new("POST", "/v1/messaging/imap/{surfaceId}/start", Scope.SurfacesWrite, "Bind an outside account to the inbox and begin to fetch its new mail; again, to change it.", StartAsync)
        {
            Id = "startSurface", Tag = "Surfaces", Body = typeof(SurfaceRequest), Answer = typeof(SurfaceDone), BodyExample = $$"""{"fromAddress":"ann@example.com",{{Account}}}""",
        },
        new("POST", "/v1/messaging/imap/{surfaceId}/stop", Scope.SurfacesWrite, "Fetch and send by the outside account no more; its settings stay.", StopAsync)
        {
            Id = "stopSurface", Tag = "Surfaces", Answer = typeof(SurfaceDone),
        },
        new("GET", "/v1/messaging/imap/{surfaceId}/status", Scope.SurfacesWrite, "Tell how fetching goes.", ShowAsync)
        {
            Id = "getSurfaceStatus", Tag = "Surfaces", Answer = typeof(SurfaceStatus),
        },
        new("POST", "/v1/messaging/imap/{surfaceId}/poll", Scope.SurfacesWrite, "Look for new mail now, and answer when that is done.", PollAsync)
        {
            Id = "pollSurface", Tag = "Surfaces", Answer = typeof(SurfacePolled),
        },
        new("POST", "/v1/messaging/imap/{surfaceId}/verify", Scope.SurfacesWrite, "Log in to both servers of an account without keeping it; failures are in the answer.", VerifyAsync)
        {
            Id = "verifySurface", Tag = "Surfaces", Body = typeof(SurfaceRequest), Answer = typeof(SurfaceVerified), BodyExample = $"{{{Account}}}",
        },
        new("POST", "/v1/messaging/imap/{surfaceId}/test-send", Scope.SurfacesWrite, "Send a short message by the outside server.", TestSendAsync)
        {
            Id = "testSendSurface", Tag = "Surfaces", Body = typeof(SurfaceTestRequest), Answer = typeof(SurfaceTestSent),
            BodyExample = """{"fromAddress":"ann@example.com","smtpHost":"smtp.example.com","smtpUsername":"ann@example.com","smtpPassword":"…","to":"bob@example.com"}""",
        },
    ];

    static async Task<IResult> StartAsync(ApiCall call, CancellationToken cancellation)
    {
        var settings = (await call.ReadAsync<SurfaceRequest>(cancellation)).ToSettings();
        await call.Store.RemoteAccounts.StartAsync(call.Inbox.Id, settings, cancellation);
        call.Service<PollingSignal>().Raise();
        return Answer.Ok(new SurfaceDone());
    }

    static async Task<IResult> StopAsync(ApiCall call, CancellationToken cancellation)
    {
        if (!await call.Store.RemoteAccounts.StopAsync(call.Inbox.Id, cancellation))
        {
            throw NotConfigured(call);
        }
        call.Service<PollingSignal>().Raise();
        return Answer.Ok(new SurfaceDone());
    }

    static async Task<IResult> ShowAsync(ApiCall call, CancellationToken cancellation) => Answer.Ok(SurfaceStatus.Of(await FindAsync(call, cancellation)));

    static async Task<IResult> PollAsync(ApiCall call, CancellationToken cancellation)
    {
        var before = await FindAsync(call, cancellation);
        if (!before.IsActive)
        {
            throw new ApiRefusedException(new(
                StatusCodes.Status409Conflict, "surface_stopped", "Polling of this surface is stopped.", "Start it with POST /v1/messaging/imap/{surfaceId}/start."));
        }
        var requestedAt = await call.Store.RemoteAccounts.RequestPollAsync(call.Inbox.Id, cancellation);
        call.Service<PollingSignal>().Raise();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(PollPatience);
        var after = await FindAsync(call, cancellation);
        while (after.IsActive && (after.IsPolling || !(after.LastPollAt >= requestedAt)) && !patience.IsCancellationRequested)
        {
            await Task.WhenAny(Task.Delay(PollGlance, patience.Token));
            after = await FindAsync(call, cancellation);
        }
        return Answer.Ok(new SurfacePolled(after.MessagesProcessed - before.MessagesProcessed, after.Position.LastUid, SurfaceStatus.WordOf(after)));
    }

    static async Task<IResult> VerifyAsync(ApiCall call, CancellationToken cancellation)
    {
        var request = await call.ReadAsync<SurfaceRequest>(cancellation);
        var (imap, smtp) = (request.ToImap(), request.ToSmtp());
        var outside = call.Service<RemoteServerConnector>();
        var imapTrial = TryAsync(async () =>
        {
            await using var session = await outside.OpenImapAsync(imap, cancellation);
            await session.ExamineAsync(request.ToMailbox(), cancellation);
            await session.LogOutAsync(cancellation);
        });
        var smtpTrial = TryAsync(async () =>
        {
            await using var session = await outside.OpenSmtpAsync(smtp, cancellation);
            await session.QuitAsync(cancellation);
        });
        return Answer.Ok(new SurfaceVerified(await imapTrial, await smtpTrial));
    }

    static async Task<IResult> TestSendAsync(ApiCall call, CancellationToken cancellation)
    {
        var request = await call.ReadAsync<SurfaceTestRequest>(cancellation);
        var (server, from, to) = request.Read();
        if (await call.Store.SendPolicy.CheckAsync(call.Inbox.Id, to, [], cancellation) is { } refusal)
        {
            throw new SendRefusedException(refusal);
        }
        try
        {
            return Answer.Ok(new SurfaceTestSent(await call.Service<RemoteServerConnector>().SendTestAsync(server, from, to, cancellation)));
        }
        catch (Exception failure) when (failure is SmtpPeerException or RemoteServerException)
        {
            throw new ApiRefusedException(new(
                StatusCodes.Status422UnprocessableEntity, "outside_server_failed", $"{failure.Message}.", "Check host, port, user name and password of the SMTP server."));
        }
    }

    static async Task<SurfaceTrial> TryAsync(Func<Task> attempt)
    {
        try
        {
            await attempt();
            return new(true, "");
        }
        catch (Exception failure) when (failure is ImapPeerException or SmtpPeerException or RemoteServerException)
        {
            return new(false, failure.Message);
        }
    }

    static async Task<RemoteAccount> FindAsync(ApiCall call, CancellationToken cancellation) =>
        await call.Store.RemoteAccounts.FindAsync(call.Inbox.Id, cancellation) ?? throw NotConfigured(call);

    static ApiRefusedException NotConfigured(ApiCall call) => new(new(
        StatusCodes.Status404NotFound,
        "surface_not_found",
        $"The inbox {call.Inbox.Address} has no outside account.",
        "Bind one with POST /v1/messaging/imap/{surfaceId}/start."));
}
