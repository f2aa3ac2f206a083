using System.Globalization;
using System.Text;

namespace AgentPost.Support.Stress;

/// <summary>What a <see cref="StressClient"/> does with messages: reads, marks, files, copies and removes them.</summary>
sealed class MessageSteps(StressClient client)
{
    const int UsualMessages = 120;

    static readonly string[] SystemFlags = [@"\Seen", @"\Flagged", @"\Answered", @"\Draft"];

    int _filed;

    Random Random => client.Random;

    IReadOnlyList<KnownMessage> Messages => client.View.Messages;

    public Task FetchFlagsAsync() => FetchAsync(client.Dialect.FlagItems);

    public Task FetchStaticAsync() => FetchAsync("(UID FLAGS RFC822.SIZE INTERNALDATE EMAILID ENVELOPE BODY.PEEK[])");

    public Task ReadAsync() => FetchAsync("(FLAGS BODY[HEADER.FIELDS (SUBJECT)])");

    /// <summary>The last few of all (RFC 9394).</summary>
    public async Task FetchPageAsync()
    {
        if (Messages.Count > 0)
        {
            await client.CommandAsync($"UID FETCH 1:* {client.Dialect.FlagItems} (PARTIAL -1:-{1 + Random.Next(9)})", Numbers.MayChange);
        }
    }

    public async Task StoreAsync()
    {
        if (await PickAsync() is not var (prefix, set, messages))
        {
            return;
        }
        var mode = new[] { "+FLAGS", "-FLAGS", "FLAGS" }[Random.Next(3)];
        var isSilent = Random.Next(2) == 0;
        var flags = Enumerable.Range(0, Random.Next(3)).Select(_ => NextFlag()).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var condition = client.Dialect.KeepsModSeqs && Random.Next(3) == 0 ? $"(UNCHANGEDSINCE {client.View.ModSeq - Random.Next(20)}) " : "";
        if (isSilent)
        {
            // What the server does not tell; refused messages it tells.
            messages.ForEach(message => message.Apply(mode, flags));
        }
        await client.CommandAsync($"{prefix}STORE {set} {condition}{mode}{(isSilent ? ".SILENT" : "")} ({string.Join(' ', flags)})", NumbersOf(prefix));
        if (isSilent && client.Dialect.IsNotified)
        {
            // What was told may have been so before or after it.
            messages.ForEach(message => message.Flags = null);
        }
    }

    public async Task DeleteAsync()
    {
        if (await PickAsync() is var (prefix, set, messages) && messages.Count <= 1 + (Messages.Count / 20))
        {
            await client.CommandAsync($@"{prefix}STORE {set} +FLAGS (\Deleted)", NumbersOf(prefix));
        }
    }

    public Task ExpungeAsync() => client.CommandAsync("EXPUNGE", Numbers.MayChange);

    public async Task ExpungeByUidAsync()
    {
        if (client.View.Uids.FirstOrDefault() is > 0 and var first)
        {
            await client.CommandAsync($"UID EXPUNGE {first}:{first + (uint)Random.Next(100)}", Numbers.MayChange);
        }
    }

    public async Task AppendAsync()
    {
        if (Messages.Count < UsualMessages || Random.Next(10) == 0)
        {
            await client.CommandAsync($"APPEND {StressClient.Folder} {(Random.Next(3) == 0 ? $"({NextFlag()})" : "")}".TrimEnd(), NextMessage());
        }
    }

    /// <summary>RFC 8508; a message that another client has expunged meanwhile is not replaced, and is unknown where that has been told already.</summary>
    public async Task ReplaceAsync()
    {
        if (await PickAsync() is var (prefix, _, messages))
        {
            var number = prefix.Length > 0 ? messages[0].Uid : (uint)Messages.ToList().IndexOf(messages[0]) + 1;
            var answer = await client.CommandAsync($"{prefix}REPLACE {number} {StressClient.Folder}", NextMessage(), "NO [");
            var isExplained = answer.Status.StartsWith("NO [NONEXISTENT]", StringComparison.Ordinal)
                ? client.Dialect.IsToldExpungesAtOnce && !Messages.Contains(messages[0])
                : answer.Status.StartsWith("OK", StringComparison.Ordinal) || answer.Status.StartsWith("NO [EXPUNGEISSUED]", StringComparison.Ordinal);
            if (!isExplained)
            {
                throw new StressException($"a message that is there was not replaced: {answer.Status}");
            }
        }
    }

    public async Task CopyAsync()
    {
        if (Messages.Count < 2 * UsualMessages && await PickAsync() is var (prefix, set, messages))
        {
            var isOne = messages.Count == 1 && Messages.Count < UsualMessages;
            await client.CommandAsync($"{prefix}COPY {set} {(isOne ? StressClient.Folder : StressClient.OtherFolder)}", Numbers.MayChange);
        }
    }

    public async Task MoveAsync()
    {
        if (await PickAsync() is var (prefix, set, messages) && messages.Count < 4)
        {
            await client.CommandAsync($"{prefix}MOVE {set} {(Random.Next(2) == 0 ? StressClient.Folder : StressClient.OtherFolder)}", Numbers.MayChange);
        }
    }

    static Numbers NumbersOf(string prefix) => prefix.Length == 0 ? Numbers.Stay : Numbers.MayChange;

    async Task FetchAsync(string items)
    {
        if (await PickAsync() is not var (prefix, set, messages))
        {
            return;
        }
        var answer = await client.CommandAsync($"{prefix}FETCH {set} {items}", NumbersOf(prefix));
        var still = Messages.ToHashSet();
        if (!answer.Status.Contains("EXPUNGEISSUED", StringComparison.Ordinal)
            && messages.Exists(message => still.Contains(message) && !client.View.WasFetched(message)))
        {
            throw new StressException("a message that was asked for did not come");
        }
    }

    /// <summary>Messages by number or by UID, in every form of a set; null when there are none.</summary>
    async Task<(string Prefix, string Set, List<KnownMessage> Messages)?> PickAsync()
    {
        if (!client.Dialect.UsesNumbers && Messages.Any(message => message.Uid is null))
        {
            await client.CommandAsync($"UID FETCH 1:* {client.Dialect.FlagItems}", Numbers.MayChange);
        }
        var known = client.Dialect.UsesNumbers ? Messages : [.. Messages.TakeWhile(message => message.Uid is not null)];
        if (known.Count == 0)
        {
            return null;
        }
        var (first, last) = PickRange(known.Count);
        var messages = known.Skip(first).Take(last - first + 1).ToList();
        if (!client.Dialect.UsesNumbers || (Random.Next(2) == 0 && messages.TrueForAll(message => message.Uid is not null)))
        {
            var end = last == Messages.Count - 1 && Random.Next(2) == 0 ? "*" : Text(messages[^1].Uid);
            return ("UID ", $"{messages[0].Uid}:{end}", messages);
        }
        return ("", first == last ? Text(first + 1) : $"{Text(last + 1)}:{Text(first + 1)}", messages);
    }

    (int First, int Last) PickRange(int count)
    {
        var (first, last) = (Random.Next(count), Random.Next(count));
        return (Random.Next(8), first <= last) switch
        {
            (0, _) => (0, count - 1),
            ( < 4, _) => (first, first),
            (_, true) => (first, last),
            _ => (last, first),
        };
    }

    static string Text(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";

    string NextFlag() => Random.Next(6) switch
    {
        0 => "blue",
        1 => string.Create(CultureInfo.InvariantCulture, $"word{Random.Next(40)}"),
        _ => SystemFlags[Random.Next(SystemFlags.Length)],
    };

    byte[] NextMessage()
    {
        var subject = string.Create(CultureInfo.InvariantCulture, $"stress {client.Dialect} {++_filed}");
        return Encoding.ASCII.GetBytes($"From: a@example.test\r\nSubject: {subject}\r\n\r\n{new string('x', Random.Next(2000))}\r\n");
    }
}
