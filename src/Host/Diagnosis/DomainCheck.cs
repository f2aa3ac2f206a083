namespace AgentPost.Host.Diagnosis;

/// <summary>Checks that all inboxes are in local domains.</summary>
static class DomainCheck
{
    const int MaxNamed = 5;

    public static async Task<string> RunAsync(DoctorTarget target, CancellationToken cancellation)
    {
        var foreign = await target.Store.Domains.FindForeignAsync(cancellation);
        if (foreign.Count == 0)
        {
            return "all inboxes are in domains of this server";
        }
        var named = string.Join(", ", foreign.Take(MaxNamed).Select(domain => $"{domain.Name} ({domain.Inboxes})"));
        throw new CheckWarningException(
            $"{foreign.Sum(domain => domain.Inboxes)} inboxes are in domains that this server does not own: {named}{(foreign.Count > MaxNamed ? ", …" : "")}");
    }
}
