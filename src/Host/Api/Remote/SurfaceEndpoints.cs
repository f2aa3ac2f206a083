using AgentPost.Host.Api.Requests;
using AgentPost.Host.Remote;
using AgentPost.Host.Workers.Polling;
using AgentPost.Protocol.Smtp.Client;
using AgentPost.Store.Model;
using AgentPost.Store.Remote;
using AgentPost.Store.Sending;

namespace AgentPost.Host.Api.Remote;

/// <summary>
/// Remote accounts ("surfaces"): an IMAP and SMTP account that an inbox fetches mail from and sends through. Paths and
/// field names are those of an existing API. No response contains a secret.
/// </summary>
static class SurfaceEndpoints
{
    const string Account = """
        "imapHost":"imap.example.com","imapPort":993,"imapUsername":"ann@example.com","imapPassword":"…","smtpHost":"smtp.example.com","smtpPort":465,"smtpUsername":"ann@example.com","smtpPassword":"…"
        """;

    static readonly TimeSpan PollTimeout = TimeSpan.FromSeconds(30);
    static readonly TimeSpan PollCheckInterval = TimeSpan.FromMilliseconds(100);

    public static IReadOnlyList<ApiEndpoint> Rows =>
    [
        new("POST", "/v1/messaging/imap/{surfaceId}/start", Scope.SurfacesWrite, "Connect a remote account to the inbox and start fetching its new mail. Call it again to change the settings.", StartAsync)
        {
            Id = "startSurface", Tag = "Surfaces", Body = typeof(SurfaceStartRequest), Answer = typeof(SurfaceDone), BodyExample = $$"""{"fromAddress":"ann@example.com",{{Account}}}""",
        },
        new("POST", "/v1/messaging/imap/{surfaceId}/stop", Scope.SurfacesWrite, "Stop fetching and sending through the remote account. Its settings are kept.", StopAsync)
        {
            Id = "stopSurface", Tag = "Surfaces", Answer = typeof(SurfaceDone),
        },
        new("GET", "/v1/messaging/imap/{surfaceId}/status", Scope.SurfacesWrite, "Show the state of the remote account, with the last poll and send errors.", ShowAsync)
        {
            Id = "getSurfaceStatus", Tag = "Surfaces", Answer = typeof(SurfaceStatus),
        },
        new("POST", "/v1/messaging/imap/{surfaceId}/poll", Scope.SurfacesWrite, "Poll for new mail now and wait for the result.", PollAsync)
        {
            Id = "pollSurface", Tag = "Surfaces", Answer = typeof(SurfacePolled),
        },
        new("POST", "/v1/messaging/imap/{surfaceId}/verify", Scope.SurfacesWrite, "Log in to both servers of an account without storing it. The response contains the errors.", VerifyAsync)
        {
            Id = "verifySurface", Tag = "Surfaces", Body = typeof(SurfaceRequest), Answer = typeof(SurfaceVerified), BodyExample = $"{{{Account}}}",
        },
        new("POST", "/v1/messaging/imap/{surfaceId}/test-send", Scope.SurfacesWrite, "Send a test message through a remote server.", TestSendAsync)
        {
            Id = "testSendSurface", Tag = "Surfaces", Body = typeof(SurfaceTestRequest), Answer = typeof(SurfaceTestSent),
            BodyExample = """{"fromAddress":"ann@example.com","smtpHost":"smtp.example.com","smtpUsername":"ann@example.com","smtpPassword":"…","to":"bob@example.com"}""",
        },
    ];

    static async Task<IResult> StartAsync(ApiCall call, CancellationToken cancellation)
    {
        var request = await call.ReadAsync<SurfaceStartRequest>(cancellation);
        var settings = request.ToSettings();
        if (request.Verify is not false)
        {
            settings = await VerifiedAsync(call, settings, cancellation);
        }
        await call.Store.RemoteAccounts.StartAsync(call.Inbox.Id, settings, cancellation);
        call.Service<PollingSignal>().Raise();
        return Answer.Ok(new SurfaceDone());
    }

    /// <summary>Checks both logins. Returns the settings with the TLS modes that were found.</summary>
    static async Task<RemoteAccountSettings> VerifiedAsync(ApiCall call, RemoteAccountSettings settings, CancellationToken cancellation)
    {
        var (imap, smtp) = await CheckAsync(call, settings.Imap, settings.Smtp, settings.Mailbox, cancellation);
        if (imap.Error is null && smtp.Error is null)
        {
            return settings with { Imap = imap.Server, Smtp = smtp.Server };
        }
        var failures = new[] { ("IMAP", imap.Error), ("SMTP", smtp.Error) }.Where(side => side.Item2 is not null).Select(side => $"{side.Item1}: {side.Item2}.");
        throw new ApiRefusedException(new(
            StatusCodes.Status422UnprocessableEntity,
            "outside_server_failed",
            string.Join(' ', failures),
            "Correct the settings and send the request again. To store them without trying the logins, add \"verify\": false."));
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
                StatusCodes.Status409Conflict, "surface_stopped", "The remote account is stopped.", "Start it with POST /v1/messaging/imap/{surfaceId}/start."));
        }
        var requestedAt = await call.Store.RemoteAccounts.RequestPollAsync(call.Inbox.Id, cancellation);
        call.Service<PollingSignal>().Raise();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(PollTimeout);
        var after = await FindAsync(call, cancellation);
        while (after.IsActive && (after.IsPolling || !(after.LastPollAt >= requestedAt)) && !patience.IsCancellationRequested)
        {
            await Task.WhenAny(Task.Delay(PollCheckInterval, patience.Token));
            after = await FindAsync(call, cancellation);
        }
        return Answer.Ok(new SurfacePolled(after.MessagesProcessed - before.MessagesProcessed, after.Position.LastUid, SurfaceStatus.WordOf(after)));
    }

    static async Task<IResult> VerifyAsync(ApiCall call, CancellationToken cancellation)
    {
        var request = await call.ReadAsync<SurfaceRequest>(cancellation);
        var (imap, smtp) = await CheckAsync(call, request.ToImap(), request.ToSmtp(), request.ToMailbox(), cancellation);
        return Answer.Ok(new SurfaceVerified(SurfaceTrial.Of(imap), SurfaceTrial.Of(smtp)));
    }

    static async Task<(LoginCheck Imap, LoginCheck Smtp)> CheckAsync(
        ApiCall call, RemoteServer imap, RemoteServer smtp, string mailbox, CancellationToken cancellation)
    {
        var connector = call.Service<RemoteServerConnector>();
        var imapCheck = connector.CheckImapAsync(imap, mailbox, cancellation);
        var smtpCheck = connector.CheckSmtpAsync(smtp, cancellation);
        await Task.WhenAll(imapCheck, smtpCheck);
        return (await imapCheck, await smtpCheck);
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
                StatusCodes.Status422UnprocessableEntity, "outside_server_failed", $"{failure.Message}.", "Check the host, port, user name and password or access token of the SMTP server."));
        }
    }

    static async Task<RemoteAccount> FindAsync(ApiCall call, CancellationToken cancellation) =>
        await call.Store.RemoteAccounts.FindAsync(call.Inbox.Id, cancellation) ?? throw NotConfigured(call);

    static ApiRefusedException NotConfigured(ApiCall call) => new(new(
        StatusCodes.Status404NotFound,
        "surface_not_found",
        $"The inbox {call.Inbox.Address} has no remote account.",
        "Connect one with POST /v1/messaging/imap/{surfaceId}/start."));
}
