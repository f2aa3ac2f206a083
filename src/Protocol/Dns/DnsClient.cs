namespace AgentPost.Protocol.Dns;

/// <summary>
/// A small stub resolver. Queries recursive servers one after another, follows aliases, and caches answers for their
/// time to live, negative ones too (RFC 2308). Network and server errors do not throw. Thread-safe.
/// </summary>
public sealed class DnsClient(DnsOptions options, TimeProvider time)
{
    const int AliasLimit = 8;

    static readonly TimeSpan LongestNegativeTime = TimeSpan.FromHours(1);

    // RFC 2308 §7: caches a failure, so that concurrent queries do not all wait for a server that is down.
    static readonly TimeSpan FailureTime = TimeSpan.FromSeconds(5);

    readonly DnsCache _cache = new(time);

    /// <param name="name">
    /// The name, in any form that <see cref="DnsName.TryNormalize"/> accepts. An invalid name does not exist.
    /// </param>
    public async Task<DnsAnswer> QueryAsync(string name, DnsType type, CancellationToken cancellation)
    {
        var isName = DnsName.TryNormalize(name, out var current);
        for (var aliases = 0; isName && aliases <= AliasLimit; aliases++)
        {
            var answer = await AskAsync(new(current ?? "", type), cancellation);
            if (answer.Outcome != DnsOutcome.Found || type == DnsType.Cname || answer.Records[0] is not AliasRecord alias)
            {
                return answer;
            }
            isName = DnsName.TryNormalize(alias.Target, out current);
        }
        // A chain with too many aliases is an error in the zone.
        return DnsAnswer.Without(isName ? DnsOutcome.ServerFailure : DnsOutcome.NoSuchName);
    }

    /// <summary>Queries one name. If the answer has only aliases, returns the last one.</summary>
    async Task<DnsAnswer> AskAsync(DnsQuestion question, CancellationToken cancellation)
    {
        if (_cache.Find(question) is { } known)
        {
            return known;
        }
        var (answer, timeToLive) = await AskServersAsync(question, cancellation);
        _cache.Add(question, answer, timeToLive);
        return answer;
    }

    async Task<(DnsAnswer Answer, TimeSpan TimeToLive)> AskServersAsync(DnsQuestion question, CancellationToken cancellation)
    {
        var outcome = DnsOutcome.Timeout;
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var server in options.Servers)
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                limit.CancelAfter(options.Timeout);
                try
                {
                    if (await DnsExchange.AskAsync(server, question, limit.Token) is { ResponseCode: DnsMessage.NoError or DnsMessage.NoSuchName } message)
                    {
                        return Evaluate(message, question);
                    }
                    outcome = DnsOutcome.ServerFailure;
                }
                catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
                {
                    // The next server may be faster.
                }
            }
        }
        return (DnsAnswer.Without(outcome), FailureTime);
    }

    static (DnsAnswer Answer, TimeSpan TimeToLive) Evaluate(DnsMessage message, DnsQuestion question)
    {
        var (aliases, records) = Follow(message, question);
        if (records.Count > 0)
        {
            return (new(DnsOutcome.Found, records), aliases.Concat(records).Min(record => record.TimeToLive));
        }
        // The response code applies to the last name of the chain (RFC 6604 §3).
        if (message.ResponseCode == DnsMessage.NoError && aliases.Count > 0 && message.NegativeTimeToLive is null)
        {
            return (new(DnsOutcome.Found, [aliases[^1]]), aliases.Min(record => record.TimeToLive));
        }
        var negative = message.NegativeTimeToLive ?? TimeSpan.Zero;
        return (DnsAnswer.Without(message.ResponseCode == DnsMessage.NoSuchName ? DnsOutcome.NoSuchName : DnsOutcome.NoData),
            negative < LongestNegativeTime ? negative : LongestNegativeTime);
    }

    /// <summary>Follows the aliases from the queried name. Ignores records of other names.</summary>
    static (List<DnsRecord> Aliases, List<DnsRecord> Records) Follow(DnsMessage message, DnsQuestion question)
    {
        var aliases = new List<DnsRecord>();
        var name = question.Name;
        while (true)
        {
            var ofName = message.Answers.Where(record => record.Owner.Equals(name, StringComparison.OrdinalIgnoreCase)).ToList();
            var records = ofName.Where(record => TypeOf(record) == question.Type).ToList();
            if (records.Count > 0 || ofName.OfType<AliasRecord>().FirstOrDefault() is not { } alias || aliases.Count == AliasLimit)
            {
                return (aliases, records);
            }
            aliases.Add(alias);
            name = alias.Target;
        }
    }

    static DnsType TypeOf(DnsRecord record) => record switch
    {
        AddressRecord { Address.AddressFamily: System.Net.Sockets.AddressFamily.InterNetwork } => DnsType.A,
        AddressRecord => DnsType.Aaaa,
        AliasRecord => DnsType.Cname,
        PointerRecord => DnsType.ReverseName,
        ExchangeRecord => DnsType.Mx,
        ServiceRecord => DnsType.Srv,
        _ => DnsType.Txt,
    };
}
