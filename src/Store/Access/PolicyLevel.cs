namespace AgentPost.Store.Access;

/// <summary>Who has made a sending rule or a pause, highest first. A recipient must be allowed on every level; a key
/// changes its own level and those below it.</summary>
public enum PolicyLevel
{
    /// <summary>The operator, on the command line. No key can change it.</summary>
    Operator,

    /// <summary>Keys with access to every inbox of the organization.</summary>
    Organization,

    /// <summary>Keys with access to some inboxes, for those.</summary>
    Inbox,
}

/// <summary>Why an inbox may not send.</summary>
/// <param name="Level">The highest level that has paused it.</param>
public sealed record SendPause(PolicyLevel Level, string Reason)
{
    /// <summary>Stands for a reason that was not given.</summary>
    public const string NoReason = "no reason was given";
}

/// <summary>The names of levels in the database, in JSON and in texts.</summary>
public static class PolicyLevels
{
    public static string ToWord(this PolicyLevel level) => level switch
    {
        PolicyLevel.Operator => "operator",
        PolicyLevel.Organization => "organization",
        _ => "inbox",
    };

    /// <summary>Returns null if the word is not the name of a level.</summary>
    public static PolicyLevel? Parse(string? word) => word switch
    {
        "operator" => PolicyLevel.Operator,
        "organization" => PolicyLevel.Organization,
        "inbox" => PolicyLevel.Inbox,
        _ => null,
    };
}
