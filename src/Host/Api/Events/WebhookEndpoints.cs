using System.Text.Json;
using AgentPost.Host.Api.Requests;
using AgentPost.Host.Json;
using AgentPost.Host.Remote;
using AgentPost.Host.Workers.WebhookCalls;
using AgentPost.Store.Events;
using AgentPost.Store.Model;
using EventId = AgentPost.Store.Events.EventId;

namespace AgentPost.Host.Api.Events;

/// <summary>Creates, lists, changes, deletes and tests webhooks, and lists their deliveries.</summary>
static class WebhookEndpoints
{
    const string Tag = "Webhooks";

    public static IReadOnlyList<ApiEndpoint> Rows =>
    [
        new("POST", "/api/v1/webhooks", Scope.WebhooksWrite, "Make a webhook. It is told what happens from now on, as far as this key may see it. Its secret is in the answer, this once.", CreateAsync)
        {
            Id = "createWebhook", Tag = Tag, Body = typeof(WebhookRequest), Answer = typeof(NewWebhookView), Status = StatusCodes.Status201Created,
            BodyExample = """{"url":"https://example.com/hooks/mail","event_types":["message.received","message.bounced"]}""",
        },
        new("GET", "/api/v1/webhooks", Scope.WebhooksWrite, "List the webhooks, oldest first.", ListAsync)
        {
            Id = "listWebhooks", Tag = Tag, Query = QueryParameter.Page, Answer = typeof(Page<WebhookView>),
        },
        new("GET", "/api/v1/webhooks/{webhook}", Scope.WebhooksWrite, "Get a webhook, without its secret.", ShowAsync)
        {
            Id = "getWebhook", Tag = Tag, Answer = typeof(WebhookView),
        },
        new("PATCH", "/api/v1/webhooks/{webhook}", Scope.WebhooksWrite, "Change a webhook; what is absent stays. enabled=true forgets past failures, and what waits is sent.", ChangeAsync)
        {
            Id = "updateWebhook", Tag = Tag, Body = typeof(WebhookChangeRequest), Answer = typeof(WebhookView), BodyExample = """{"enabled":true}""",
        },
        new("DELETE", "/api/v1/webhooks/{webhook}", Scope.WebhooksWrite, "Delete a webhook, and what it was still to be told.", DeleteAsync)
        {
            Id = "deleteWebhook", Tag = Tag, Status = StatusCodes.Status204NoContent,
        },
        new("POST", "/api/v1/webhooks/{webhook}/test", Scope.WebhooksWrite, "Send the webhook an event of the type webhook.test now, and tell what it answers. Failures are in the body.", TestAsync)
        {
            Id = "testWebhook", Tag = Tag, Answer = typeof(WebhookTestView),
        },
        new("GET", "/api/v1/webhooks/{webhook}/deliveries", Scope.WebhooksWrite, "List what the webhook was told, or is to be told, newest first, for as long as events are kept.", ListDeliveriesAsync)
        {
            Id = "listWebhookDeliveries", Tag = Tag, Query = QueryParameter.Page, Answer = typeof(Page<WebhookDeliveryView>),
        },
        new("POST", "/api/v1/webhooks/{webhook}/deliveries/{delivery}/redeliver", Scope.WebhooksWrite, "Tell the webhook the event of a delivery once more.", RedeliverAsync)
        {
            Id = "redeliverWebhook", Tag = Tag, Answer = typeof(WebhookDeliveryView), Status = StatusCodes.Status201Created,
        },
    ];

    static async Task<IResult> CreateAsync(ApiCall call, CancellationToken cancellation)
    {
        var request = await call.ReadAsync<WebhookRequest>(cancellation);
        EnsureAddress(call, request.Url);
        var filter = await EventSelection.ReadAsync(call.Store, call.Key, request.EventTypes, request.Inboxes, cancellation);
        var made = await call.Store.Webhooks.CreateAsync(
            new(call.Key.Organization, request.Url ?? "", filter)
            {
                Description = ShortText.Read("description", request.Description),
                Key = call.Key.Id,
                IsOrdered = request.Ordering is WebhookOrdering.Inbox,
                BatchSize = BatchSizeOf(request.BatchSize) ?? 1,
            },
            cancellation);
        return Answer.Created(new NewWebhookView(WebhookView.Of(made, WebhookBacklog.None), made.Secret ?? ""));
    }

    static async Task<IResult> ListAsync(ApiCall call, CancellationToken cancellation)
    {
        var limit = call.Query.Limit();
        var after = Cursor.Read<WebhookId>(call, WebhookId.TryParse);
        var webhooks = await call.Store.Webhooks.ListAsync(call.Key.Organization, call.Key.Inboxes, after, limit + 1, cancellation);
        var backlogs = await call.Store.WebhookDeliveries.FindBacklogsAsync(
            [.. webhooks.Select(webhook => webhook.Id)], cancellation);
        return Answer.Ok(Page<WebhookView>.Of(
            webhooks,
            limit,
            webhook => WebhookView.Of(webhook, backlogs[webhook.Id]),
            webhook => webhook.Id.ToString()));
    }

    static async Task<IResult> ShowAsync(ApiCall call, CancellationToken cancellation) =>
        Answer.Ok(await ViewAsync(call, await FindAsync(call, cancellation), cancellation));

    static async Task<IResult> ChangeAsync(ApiCall call, CancellationToken cancellation)
    {
        var request = await call.ReadAsync<WebhookChangeRequest>(cancellation);
        var webhook = await FindAsync(call, cancellation);
        if (request.Url is not null)
        {
            EnsureAddress(call, request.Url);
        }
        var filter = await EventSelection.ReadAsync(call.Store, call.Key, request.EventTypes, request.Inboxes, cancellation);
        var isTurned = request.Url is not null || request.EventTypes is not null || request.Inboxes is not null;
        if (isTurned && webhook.Filter.Scopes.Except(filter.Scopes).FirstOrDefault() is { } lacking)
        {
            // Without this check, a key could redirect events to itself that it has no access to.
            throw new ApiRefusedException(new(
                StatusCodes.Status403Forbidden, "key_limited", $"The webhook is told what needs the scope {lacking}, which this key does not have.",
                $"Use a key that has the scope {lacking}, or make another webhook."));
        }
        var changed = await call.Store.Webhooks.UpdateAsync(
            webhook.Id,
            new()
            {
                Url = request.Url,
                Description = request.Description is "" ? "" : ShortText.Read("description", request.Description),
                Types = request.EventTypes,
                // An empty list means all inboxes that this key has access to, which may not be all inboxes of the
                // organization.
                Inboxes = request.Inboxes is null ? null : filter.Inboxes ?? [],
                Scopes = isTurned ? filter.Scopes : null,
                IsEnabled = request.Enabled,
                IsOrdered = request.Ordering is { } ordering ? ordering is WebhookOrdering.Inbox : null,
                BatchSize = BatchSizeOf(request.BatchSize),
            },
            cancellation);
        return Answer.Ok(await ViewAsync(call, changed ?? throw NotFound(call), cancellation));
    }

    static async Task<WebhookView> ViewAsync(ApiCall call, Webhook webhook, CancellationToken cancellation)
    {
        var backlogs = await call.Store.WebhookDeliveries.FindBacklogsAsync([webhook.Id], cancellation);
        return WebhookView.Of(webhook, backlogs[webhook.Id]);
    }

    static async Task<IResult> DeleteAsync(ApiCall call, CancellationToken cancellation)
    {
        await call.Store.Webhooks.DeleteAsync((await FindAsync(call, cancellation)).Id, cancellation);
        return Answer.NoContent;
    }

    static async Task<IResult> TestAsync(ApiCall call, CancellationToken cancellation)
    {
        const string Type = "webhook.test";
        var webhook = await FindAsync(call, cancellation);
        var data = new Dictionary<string, JsonElement> { ["webhook_id"] = JsonSerializer.SerializeToElement(webhook.Id.ToString()) };
        var test = new EventView(EventId.New().ToString(), Type, call.Time.GetUtcNow(), webhook.Organization.ToString(), null, data);
        var attempt = await call.Service<WebhookCaller>().CallAsync(
            webhook.Url, webhook.Secret, WebhookPayload.Of(test), cancellation);
        return Answer.Ok(new WebhookTestView(attempt.HasSucceeded, attempt.Status, attempt.Error, (long)attempt.Duration.TotalMilliseconds));
    }

    static async Task<IResult> ListDeliveriesAsync(ApiCall call, CancellationToken cancellation)
    {
        var webhook = await FindAsync(call, cancellation);
        var limit = call.Query.Limit();
        var before = call.Query.Text("cursor") is null ? (WebhookDeliveryId?)null : Cursor.Read<WebhookDeliveryId>(call, WebhookDeliveryId.TryParse);
        var deliveries = await call.Store.WebhookDeliveries.ListAsync(webhook.Id, before, limit + 1, cancellation);
        return Answer.Ok(Page<WebhookDeliveryView>.Of(deliveries, limit, WebhookDeliveryView.Of, delivery => delivery.Id.ToString()));
    }

    static async Task<IResult> RedeliverAsync(ApiCall call, CancellationToken cancellation)
    {
        var webhook = await FindAsync(call, cancellation);
        var text = call.Route("delivery");
        return WebhookDeliveryId.TryParse(text, out var id) && await call.Store.WebhookDeliveries.RepeatAsync(webhook.Id, id, cancellation) is { } repeated
            ? Answer.Created(WebhookDeliveryView.Of(repeated))
            : throw new ApiRefusedException(ApiError.NotFound("delivery", text));
    }

    // A key that is limited to some inboxes only sees webhooks that are limited to those inboxes.
    static async Task<Webhook> FindAsync(ApiCall call, CancellationToken cancellation) =>
        WebhookId.TryParse(call.Route("webhook"), out var id)
        && await call.Store.Webhooks.FindAsync(call.Key.Organization, id, cancellation) is { } webhook
        && (call.Key.Inboxes is null || (webhook.Filter.Inboxes?.All(call.Opens) ?? false))
            ? webhook
            : throw NotFound(call);

    static ApiRefusedException NotFound(ApiCall call) => new(ApiError.NotFound("webhook", call.Route("webhook")));

    static int? BatchSizeOf(int? given) => given is null or (>= 1 and <= NewWebhook.MaxBatchSize)
        ? given
        : throw new ApiRefusedException(
            ApiError.Invalid("batch_size", $"must be a number from 1 to {NewWebhook.MaxBatchSize}"));

    static void EnsureAddress(ApiCall call, string? url)
    {
        if (WebhookAddress.Check(url, PrivateAddresses.OfWebhooks(call.Options)) is { } wrong)
        {
            throw new ApiRefusedException(ApiError.Invalid("url", wrong));
        }
    }
}
