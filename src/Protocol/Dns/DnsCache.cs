namespace AgentPost.Protocol.Dns;

/// <summary>Answers that have not expired. Bounded memory. Thread-safe.</summary>
sealed class DnsCache(TimeProvider time)
{
    const int Limit = 10_000;

    readonly Lock _gate = new();
    readonly Dictionary<DnsQuestion, (DnsAnswer Answer, DateTimeOffset EndsAt)> _answers = [];

    public DnsAnswer? Find(DnsQuestion question)
    {
        lock (_gate)
        {
            return _answers.TryGetValue(question, out var known) && time.GetUtcNow() < known.EndsAt ? known.Answer : null;
        }
    }

    public void Add(DnsQuestion question, DnsAnswer answer, TimeSpan timeToLive)
    {
        if (timeToLive <= TimeSpan.Zero)
        {
            return;
        }
        lock (_gate)
        {
            if (_answers.Count >= Limit)
            {
                ForgetHalf();
            }
            _answers[question] = (answer, time.GetUtcNow() + timeToLive);
        }
    }

    internal int Count => _answers.Count;

    // Removes those that expire first. Removing half at a time keeps the average cost per answer constant.
    void ForgetHalf()
    {
        foreach (var (question, _) in _answers.OrderBy(pair => pair.Value.EndsAt).Take(Limit / 2).ToList())
        {
            _answers.Remove(question);
        }
    }
}
