namespace AgentPost.Store;

/// <summary>Whom an inbox, or every inbox of an organization, may or may not write to.</summary>
/// <param name="Inbox">Null: every inbox of the organization.</param>
/// <param name="Pattern"><c>local@domain</c>, <c>domain</c>, <c>*.domain</c> (its subdomains) or <c>*</c>; in lower case.</param>
public sealed record SendingRule(RuleId Id, InboxAddress? Inbox, RuleAction Action, string Pattern, DateTimeOffset CreatedAt);

public enum RuleAction
{
    Allow,
    Block,
}
