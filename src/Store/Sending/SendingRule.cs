using AgentPost.Store.Access;
using AgentPost.Store.Addresses;
using AgentPost.Store.Model;

namespace AgentPost.Store.Sending;

/// <summary>Allows or blocks recipients for one inbox or every inbox, on one level.</summary>
/// <param name="Inbox">Null: every inbox that the level covers.</param>
/// <param name="Pattern"><c>local@domain</c>, <c>domain</c>, <c>*.domain</c> (its subdomains) or <c>*</c>; in lower
/// case.</param>
public sealed record SendingRule(
    RuleId Id, PolicyLevel Level, InboxAddress? Inbox, RuleAction Action, string Pattern, DateTimeOffset CreatedAt);

/// <summary>Properties of a new rule.</summary>
public sealed record NewRule(PolicyLevel Level, RuleAction Action, string Pattern)
{
    /// <summary>
    /// Address of the inbox that the rule applies to. Null: every inbox that the level covers. Required on level inbox.
    /// </summary>
    public string? Inbox { get; init; }

    /// <summary>The organization that owns the rule and the inbox. Null: <c>default</c>.</summary>
    public OrganizationId? Organization { get; init; }
}

public enum RuleAction
{
    Allow,
    Block,
}
