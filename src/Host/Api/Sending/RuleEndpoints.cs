using AgentPost.Host.Api.Requests;
using AgentPost.Store.Access;
using AgentPost.Store.Model;
using AgentPost.Store.Sending;

namespace AgentPost.Host.Api.Sending;

/// <summary>Manages sending rules: which recipients inboxes can send to.</summary>
static class RuleEndpoints
{
    const string Tag = "Filter rules";
    const string Subdomains = "*.";

    public static IReadOnlyList<ApiEndpoint> Rows =>
    [
        new(
            "POST", "/api/v1/filter-rules", Scope.InboxesWrite,
            "Add a rule, or change the action of the one there is for this value. A recipient must be allowed on every level (operator, organization, inbox); within a level the most specific rule decides.", AddAsync)
        {
            Id = "createFilterRule", Tag = Tag, Body = typeof(RuleRequest), Answer = typeof(RuleView), Status = StatusCodes.Status201Created,
            BodyExample = """{"direction":"send","action":"block","value":"example.com"}""",
        },
        new("GET", "/api/v1/filter-rules", Scope.InboxesRead, "List the rules.", ListAsync)
        {
            Id = "listFilterRules", Tag = Tag, Answer = typeof(Page<RuleView>),
        },
        new("DELETE", "/api/v1/filter-rules/{rule}", Scope.InboxesWrite, "Remove a rule.", RemoveAsync)
        {
            Id = "deleteFilterRule", Tag = Tag, Status = StatusCodes.Status204NoContent,
        },
    ];

    static async Task<IResult> AddAsync(ApiCall call, CancellationToken cancellation)
    {
        var request = await call.ReadAsync<RuleRequest>(cancellation);
        if (request.Direction is not (null or "send"))
        {
            throw new ApiRefusedException(ApiError.Invalid("direction", "this server has rules for send only"));
        }
        var action = request.Action switch
        {
            "allow" => RuleAction.Allow,
            "block" => RuleAction.Block,
            _ => throw new ApiRefusedException(ApiError.Invalid("action", "this is allow or block")),
        };
        var level = LevelOf(call, request);
        var inbox = await FindInboxAsync(call, request.Inbox, cancellation);
        var wanted = new NewRule(level, action, PatternOf(request))
        {
            Inbox = inbox?.Address.Value,
            Organization = call.Key.Organization,
        };
        var id = await call.Store.SendingRules.AddAsync(wanted, cancellation);
        var rules = await call.Store.SendingRules.ListAsync(call.Key.Organization, cancellation);
        return Answer.Created(RuleView.Of(rules.First(rule => rule.Id == id)));
    }

    static async Task<IResult> ListAsync(ApiCall call, CancellationToken cancellation) =>
        Answer.Ok(new Page<RuleView>([.. (await FindAsync(call, cancellation)).Select(RuleView.Of)], null));

    static async Task<IResult> RemoveAsync(ApiCall call, CancellationToken cancellation)
    {
        var text = call.Route("rule");
        var rule = (await FindAsync(call, cancellation)).FirstOrDefault(found => found.Id.ToString() == text)
            ?? throw new ApiRefusedException(ApiError.NotFound("rule", text));
        if (rule.Level < call.Level)
        {
            throw AboveKey(rule.Level);
        }
        await call.Store.SendingRules.RemoveAsync(rule.Id, cancellation);
        return Answer.NoContent;
    }

    // The default is the key's own level; the caller can choose a lower one.
    static PolicyLevel LevelOf(ApiCall call, RuleRequest request)
    {
        var level = request.Level is null ? call.Level : PolicyLevels.Parse(request.Level)
            ?? throw new ApiRefusedException(ApiError.Invalid("level", "must be organization or inbox"));
        return level < call.Level ? throw AboveKey(level) : level;
    }

    static ApiRefusedException AboveKey(PolicyLevel level) => new(new(
        StatusCodes.Status403Forbidden, "key_limited", $"This key cannot change rules of the {level.ToWord()}.",
        level is PolicyLevel.Operator
            ? "Ask the operator, who changes them with 'agentpost rule'."
            : "Use a key for all inboxes."));

    // A key sees the rules of all levels that apply to its inboxes.
    static async Task<IReadOnlyList<SendingRule>> FindAsync(ApiCall call, CancellationToken cancellation)
    {
        var rules = await call.Store.SendingRules.ListAsync(call.Key.Organization, cancellation);
        if (call.Key.Inboxes is null)
        {
            return rules;
        }
        var own = (await call.Store.Organizations.ListInboxesAsync(call.Key.Organization, call.Key.Inboxes, "", int.MaxValue, cancellation)).Select(inbox => inbox.Address).ToHashSet();
        return [.. rules.Where(rule => rule.Inbox is null || own.Contains(rule.Inbox))];
    }

    static async Task<Inbox?> FindInboxAsync(ApiCall call, string? named, CancellationToken cancellation)
    {
        if (named is null)
        {
            return call.Key.Inboxes is null
                ? null
                : throw new ApiRefusedException(ApiError.Invalid("inbox", "this key is for some inboxes only, so the rule must name one of them"));
        }
        var inbox = await call.Store.Organizations.FindInboxAsync(named, cancellation);
        return inbox is not null && inbox.Organization == call.Key.Organization && call.Opens(inbox.Id) ? inbox : throw new ApiRefusedException(ApiError.NoInbox);
    }

    static string PatternOf(RuleRequest request) => request switch
    {
        { Value: null or "" } => throw new ApiRefusedException(ApiError.Invalid("value", "an address, a domain, *.domain or * is needed")),
        { MatchType: "subdomain_wildcard" } when !request.Value.StartsWith(Subdomains, StringComparison.Ordinal) => Subdomains + request.Value,
        _ => request.Value,
    };
}

/// <summary>Properties of a new sending rule.</summary>
sealed record RuleRequest
{
    /// <summary><c>send</c>.</summary>
    public string? Direction { get; init; }

    /// <summary><c>allow</c> or <c>block</c>.</summary>
    public string? Action { get; init; }

    /// <summary>
    /// <c>address</c>, <c>domain</c> or <c>subdomain_wildcard</c>. If absent, derived from the value.
    /// </summary>
    public string? MatchType { get; init; }

    public string? Value { get; init; }

    /// <summary>Id or address of an inbox. Null for all inboxes.</summary>
    public string? Inbox { get; init; }

    /// <summary><c>organization</c> or <c>inbox</c>. Null for the highest level that the key can change.</summary>
    public string? Level { get; init; }
}

/// <summary>A sending rule in API responses.</summary>
/// <param name="Level"><c>operator</c>, <c>organization</c> or <c>inbox</c>.</param>
/// <param name="Inbox">Address of the inbox. Null for all inboxes.</param>
sealed record RuleView(
    string Id, string Level, string Direction, string Action, string MatchType, string Value, string? Inbox,
    DateTimeOffset CreatedAt)
{
    public static RuleView Of(SendingRule rule) => new(
        rule.Id.ToString(), rule.Level.ToWord(), "send", rule.Action is RuleAction.Allow ? "allow" : "block",
        TypeOf(rule.Pattern), rule.Pattern, rule.Inbox?.Value, rule.CreatedAt);

    static string TypeOf(string pattern) => pattern switch
    {
        "*" => "all",
        ['*', '.', ..] => "subdomain_wildcard",
        _ when pattern.Contains('@') => "address",
        _ => "domain",
    };
}
