using System.Globalization;
using System.Text.RegularExpressions;

namespace AgentPost.Support.Chaos;

/// <summary>A client that lists whole folders again and again, on any host.</summary>
sealed partial class ChaosReader(ChaosWorld world, int seed)
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    readonly Random _random = new(seed);

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var host = world.Hosts[_random.Next(world.Hosts.Count)];
            try
            {
                await ReadAsync(world, host, world.Books[_random.Next(world.Books.Count)]);
            }
            // The server need not answer while faults go on.
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
            }
            await Task.Delay(Pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Lists a folder in a new session and compares it with what was seen before. Returns UIDs and tokens.
    /// </summary>
    public static async Task<IReadOnlyDictionary<uint, string>> ReadAsync(
        ChaosWorld world, ChaosHost host, UidBook book)
    {
        await using var imap = await ImapDialogue.BeginAsync(host.Program.ConnectImapAsync(CancellationToken.None));
        await imap.LogInAsync(book.Place.Inbox, world.Key);
        var known = book.Known();
        var selected = (await imap.CommandAsync($"EXAMINE {book.Place.Folder}")).EnsureOk();
        var validity = selected.Untagged.Select(line => UidValidity().Match(line)).First(match => match.Success)
            .Groups[1].Value;
        var fetched = (await imap.CommandAsync("UID FETCH 1:* (UID BODY.PEEK[HEADER.FIELDS (SUBJECT)])")).EnsureOk();
        var listing = new Dictionary<uint, string>();
        foreach (var line in fetched.Untagged)
        {
            var (uid, subject) = (Uid().Match(line), Subject().Match(line));
            if (uid.Success && subject.Success)
            {
                listing.Add(uint.Parse(uid.Groups[1].Value, CultureInfo.InvariantCulture), subject.Groups[1].Value);
            }
        }
        book.Observe(host.Name, uint.Parse(validity, CultureInfo.InvariantCulture), known, listing);
        return listing;
    }

    [GeneratedRegex(@"UIDVALIDITY (\d+)")]
    private static partial Regex UidValidity();

    [GeneratedRegex(@"UID (\d+)")]
    private static partial Regex Uid();

    [GeneratedRegex(@"Subject: (\S+)")]
    private static partial Regex Subject();
}
