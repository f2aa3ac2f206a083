using System.Globalization;
using System.Text.RegularExpressions;

namespace AgentPost.Support.Stress;

/// <summary>What a <see cref="StressClient"/> searches, sorts and threads.</summary>
sealed partial class SearchSteps(StressClient client)
{
    static readonly string[] Criteria = ["UNSEEN", "FLAGGED NOT DELETED", "KEYWORD blue", "UID 1:* UNKEYWORD blue", "SUBJECT stress", "NEW"];

    public async Task SearchAsync()
    {
        if (client.Random.Next(2) == 0)
        {
            await FindAllAsync("SEARCH ALL");
            return;
        }
        var prefix = NextPrefix();
        var criterion = Criteria[client.Random.Next(Criteria.Length - (client.Dialect.IsRev2 ? 1 : 0))];
        var answer = await client.CommandAsync($"{prefix}SEARCH {criterion}", NumbersOf(prefix));
        Ascends(Found(answer));
    }

    public Task SortAsync() => FindAllAsync("SORT (REVERSE SUBJECT ARRIVAL) UTF-8 ALL");

    public Task ThreadAsync() => FindAllAsync($"THREAD {(client.Random.Next(2) == 0 ? "REFERENCES" : "ORDEREDSUBJECT")} UTF-8 ALL");

    /// <summary>The first few of all (RFC 9394), in a command that tells how many there are.</summary>
    public async Task SearchPageAsync()
    {
        var prefix = NextPrefix();
        var most = 1 + client.Random.Next(9);
        var answer = await client.CommandAsync($"{prefix}SEARCH RETURN (PARTIAL 1:{most} COUNT) ALL", NumbersOf(prefix));
        var response = Page().Match(answer.Untagged.Single(IsExtended));
        var shown = response.Success ? Set(response.Groups["set"].Value) : [];
        Ascends(shown);
        if (!response.Success || shown.Count != Math.Min(most, Parse(response.Groups["count"].Value)))
        {
            throw new StressException("a page is full unless it is the last");
        }
    }

    /// <summary>From now on the client is told what is flagged and what no longer is.</summary>
    public async Task WatchAsync() => await client.CommandAsync("UID SEARCH RETURN (UPDATE ALL) FLAGGED", Numbers.MayChange);

    async Task FindAllAsync(string command)
    {
        var prefix = NextPrefix();
        var known = prefix.Length == 0
            ? Enumerable.Range(1, client.View.Messages.Count).Select(number => (uint)number).ToHashSet()
            : [.. client.View.Uids];
        var answer = await client.CommandAsync(prefix + command, NumbersOf(prefix));
        var found = Found(answer);
        if (command.StartsWith("SEARCH", StringComparison.Ordinal))
        {
            Ascends(found);
        }
        if (prefix.Length > 0)
        {
            // What another client has expunged need not be found.
            known.IntersectWith(client.View.Uids);
        }
        if (found.Distinct().Count() != found.Count || !known.IsSubsetOf(found))
        {
            throw new StressException($"{command} finds all, each once");
        }
    }

    static void Ascends(List<uint> found)
    {
        if (!found.SequenceEqual(found.Distinct().Order()))
        {
            throw new StressException("what SEARCH finds ascends");
        }
    }

    /// <summary>Numbers or UIDs of any form of answer, in its order.</summary>
    static List<uint> Found(ImapAnswer answer)
    {
        if (answer.Untagged.FirstOrDefault(IsExtended) is { } extended)
        {
            return All().Match(extended) is { Success: true } all ? Set(all.Groups["set"].Value) : [];
        }
        var plain = answer.Untagged.Single(response => Plain().IsMatch(response));
        var withoutModSeq = plain.Split("(MODSEQ", StringSplitOptions.None)[0];
        return [.. Number().Matches(withoutModSeq).Select(match => Parse(match.Value))];
    }

    static List<uint> Set(string set) => set == "NIL"
        ? []
        : [.. set.Split(',').Select(range => range.Split(':')).SelectMany(range => Range(Parse(range[0]), Parse(range[^1])))];

    static IEnumerable<uint> Range(uint first, uint last) => Enumerable.Range(0, (int)(last - first) + 1).Select(offset => first + (uint)offset);

    static uint Parse(string number) => uint.Parse(number, CultureInfo.InvariantCulture);

    // What a watched search tells is none of these.
    static bool IsExtended(string response) =>
        response.StartsWith("* ESEARCH", StringComparison.Ordinal)
        && !response.Contains(" ADDTO ", StringComparison.Ordinal)
        && !response.Contains(" REMOVEFROM ", StringComparison.Ordinal);

    string NextPrefix() => !client.Dialect.UsesNumbers || client.Random.Next(2) == 0 ? "UID " : "";

    static Numbers NumbersOf(string prefix) => prefix.Length == 0 ? Numbers.Stay : Numbers.MayChange;

    [GeneratedRegex(@"^\* (SEARCH|SORT|THREAD)\b")]
    private static partial Regex Plain();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Number();

    [GeneratedRegex(@" ALL (?<set>[\d:,]+)")]
    private static partial Regex All();

    [GeneratedRegex(@" COUNT (?<count>\d+) PARTIAL \([\d:]+ (?<set>[\d:,]+|NIL)\)")]
    private static partial Regex Page();
}
