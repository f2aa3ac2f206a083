namespace AgentPost.Store.Access;

/// <summary>
/// The level that a sending rule or a pause belongs to, highest first. A recipient must be allowed on every level. A
/// key can change its own level and those below it.
/// </summary>
public enum PolicyLevel
{
    /// <summary>The operator, through the command line. No key can change this level.</summary>
    Operator,

    /// <summary>Keys with access to every inbox of the organization.</summary>
    Organization,

    /// <summary>Keys with access to some inboxes only. Applies to those inboxes.</summary>
    Inbox,
}

/// <summary>Why an inbox may not send.</summary>
/// <param name="Level">The highest level that has paused it.</param>
public sealed record SendPause(PolicyLevel Level, string Reason)
{
    /// <summary>Used if no reason was given.</summary>
    public const string NoReason = "no reason was given";
}

/// <summary>Names of the levels in the database, in JSON and in texts.</summary>
public static class PolicyLevels
{
    public static string ToWord(this PolicyLevel level) => level switch
    {
        PolicyLevel.Operator => "operator",
        PolicyLevel.Organization => "organization",
        _ => "inbox",
    };

    /// <summary>Finds the level with a name. Returns null if it does not exist.</summary>
    public static PolicyLevel? Parse(string? word) => word switch
    {
        "operator" => PolicyLevel.Operator,
        "organization" => PolicyLevel.Organization,
        "inbox" => PolicyLevel.Inbox,
        _ => null,
    };
}
