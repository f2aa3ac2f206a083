using System.Globalization;
using AgentPost.Store.Addresses;

namespace AgentPost.Store.Model;

/// <summary>Creates the exceptions that several operations share.</summary>
static class StoreRefusals
{
    public static StoreRefusedException FolderNotFound() => new(Refusal.FolderNotFound, "There is no such folder.");

    public static StoreRefusedException InboxNotFound() => new(Refusal.InboxNotFound, "There is no such inbox.");

    public static StoreRefusedException OverQuota(InboxCapacity capacity) => new(
        Refusal.OverQuota,
        string.Create(CultureInfo.InvariantCulture, $"The inbox is full: it may hold {Amount(capacity)}. Only what is expunged from Trash makes room."));

    public static StoreRefusedException IdempotencyKeyReused() =>
        new(Refusal.IdempotencyKeyReused, "Another message was sent with this idempotency key within the last day.");

    /// <summary>The inbox cannot be deleted yet, because mail is queued.</summary>
    public static StoreRefusedException MailQueued(InboxAddress inbox, long recipients) => new(
        Refusal.MailQueued,
        string.Create(
            CultureInfo.InvariantCulture,
            $"Mail of {inbox} to {recipients} {(recipients == 1 ? "recipient" : "recipients")} is still queued."));

    /// <summary>A list is full.</summary>
    /// <param name="items">The items of the list, in the plural.</param>
    public static StoreRefusedException ListLimit(Refusal refusal, string items, long limit, string setting) => new(
        refusal, string.Create(CultureInfo.InvariantCulture, $"The limit of {limit} {items} is reached ({setting})."));

    public static StoreRefusedException KeywordLimit() =>
        new(
            Refusal.KeywordLimit,
            "A folder may use at most 1,000 different keywords, each of at most 255 octets, and an inbox 10,000 over time.");

    static string Amount(InboxCapacity capacity) => string.Join(" and ", new[]
    {
        capacity.Octets == long.MaxValue ? null : string.Create(CultureInfo.InvariantCulture, $"{capacity.Octets} octets"),
        capacity.Messages == long.MaxValue ? null : string.Create(CultureInfo.InvariantCulture, $"{capacity.Messages} messages"),
    }.OfType<string>());
}
