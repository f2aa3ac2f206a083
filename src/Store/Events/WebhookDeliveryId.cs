using System.Diagnostics.CodeAnalysis;
using AgentPost.Store.Model;

namespace AgentPost.Store.Events;

/// <summary>Id of a webhook delivery. Written as <c>whd_…</c>.</summary>
public readonly record struct WebhookDeliveryId(Guid Value)
{
    const string Prefix = "whd_";

    public static WebhookDeliveryId New() => new(Guid.CreateVersion7());

    public static bool TryParse([NotNullWhen(true)] string? text, out WebhookDeliveryId id)
    {
        var valid = PrefixedId.TryParse(Prefix, text, out var value);
        id = new(value);
        return valid;
    }

    public override string ToString() => PrefixedId.Format(Prefix, Value);
}
