using System.CommandLine;
using AgentPost.Host.Settings;
using AgentPost.Store.Access;
using AgentPost.Store.Model;

namespace AgentPost.Host.Cli;

/// <summary><c>agentpost key create|list|revoke</c>.</summary>
static class KeyCommands
{
    public static Command Create() => new("key", "Manage API keys.") { CreateKey(), ListKeys(), RevokeKey() };

    static Command CreateKey()
    {
        var scopes = new Option<string>("--scopes")
        {
            Description = $"Rights, apart by commas: {string.Join(", ", Scope.All)}.",
            HelpName = "a,b",
            Required = true,
        };
        var inboxes = new Option<string[]>("--inbox")
        {
            Description = "An inbox the key opens; may be repeated. Without it the key opens every inbox.",
            HelpName = "ADDRESS",
        };
        var name = new Option<string?>("--name") { Description = "A name for people.", HelpName = "N" };
        var expires = new Option<TimeSpan?>("--expires")
        {
            Description = "When the key ends, counted from now: a number and d, h or m (90d).",
            HelpName = "90d",
            CustomParser = ValueParsers.Duration,
        };
        var command = new Command("create", "Create a key and print its secret, this once.") { scopes, inboxes, name, expires };
        command.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            async store =>
            {
                var request = new KeyRequest(
                    parsed.GetRequiredValue(scopes).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
                    parsed.GetValue(inboxes) ?? [],
                    parsed.GetValue(name),
                    parsed.GetValue(expires) is { } lifetime ? TimeProvider.System.GetUtcNow() + lifetime : null);
                var created = await store.Accounts.CreateKeyAsync(request, cancellation);
                // Only the secret goes to standard output, for scripts.
                Console.Error.WriteLine($"Key {created.Key.Id}. Keep its secret: it is shown only this once.");
                Console.WriteLine(created.Secret);
            },
            cancellation));
        return command;
    }

    static Command ListKeys()
    {
        var json = Listing.Json();
        var command = new Command("list", "List all keys, without their secrets.") { json };
        command.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            async store =>
            {
                var addresses = (await store.Accounts.ListInboxesAsync(cancellation)).ToDictionary(inbox => inbox.Id, inbox => inbox.Address.Value);
                Listing.Write(
                    (await store.Accounts.ListKeysAsync(cancellation)).Select(key => LineOf(key, addresses)),
                    ["ID", "STATE", "SCOPES", "INBOXES", "NAME", "CREATED"],
                    line => [line.Id, StateOf(line), string.Join(',', line.Scopes), InboxesOf(line), line.Name ?? "", Listing.Instant(line.CreatedAt)],
                    asJson: parsed.GetValue(json));
            },
            cancellation));
        return command;
    }

    static Command RevokeKey()
    {
        var id = new Argument<string>("ID") { Description = "The key's id (key_…), as 'agentpost key list' shows it." };
        var command = new Command("revoke", "Revoke a key; its sessions end at once.") { id };
        command.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            async store =>
            {
                if (!KeyId.TryParse(parsed.GetRequiredValue(id), out var key))
                {
                    throw new CommandException(
                        $"'{parsed.GetRequiredValue(id)}' is not a key id; 'agentpost key list' shows the ids (key_…).");
                }
                await store.Accounts.RevokeKeyAsync(key, cancellation);
                Console.WriteLine($"Revoked {key}.");
            },
            cancellation));
        return command;
    }

    static KeyLine LineOf(ApiKey key, Dictionary<InboxId, string> addresses) => new(
        key.Id.ToString(), key.Name, key.Scopes, key.Inboxes?.Select(inbox => addresses.GetValueOrDefault(inbox, inbox.ToString())).ToList(),
        key.CreatedAt, key.ExpiresAt, key.RevokedAt);

    static string InboxesOf(KeyLine line) => line.Inboxes is null ? "all" : string.Join(',', line.Inboxes);

    static string StateOf(KeyLine line) => line switch
    {
        { RevokedAt: not null } => "revoked",
        { ExpiresAt: { } end } when end <= TimeProvider.System.GetUtcNow() => "expired",
        { ExpiresAt: { } end } => $"until {Listing.Instant(end)}",
        _ => "active",
    };

    sealed record KeyLine(
        string Id, string? Name, IReadOnlyList<string> Scopes, IReadOnlyList<string>? Inboxes,
        DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt);
}
