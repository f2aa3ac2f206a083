namespace AgentPost.Store.Model;

/// <summary>
/// The database cannot be reached or gave up on the work. Retrying later is right. Nothing was committed, unless
/// <see cref="MayHaveCommitted"/> says otherwise.
/// </summary>
public class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>
    /// True if the outcome is unknown: the reply to the commit was lost and could not be determined in time, or no
    /// synchronous standby confirmed the commit. The change must not be acknowledged.
    /// </summary>
    public bool MayHaveCommitted { get; init; }
}

/// <summary>The disk of the spool or of the database has no room; nothing was committed. Retrying helps once there is room.</summary>
public sealed class StoreFullException(string message, Exception? inner = null) : StoreUnavailableException(message, inner);

/// <summary>The store cannot be opened, and trying again will not help: the message, one sentence or two, says what to set or install.</summary>
public sealed class StoreSetupException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The store refuses what was asked, for a reason the client can act on; nothing was changed.</summary>
public sealed class StoreRefusedException(Refusal refusal, string message) : Exception(message)
{
    public Refusal Refusal { get; } = refusal;
}

/// <summary>Why the store refuses. Protocols map each to their own answer in a table.</summary>
public enum Refusal
{
    FolderNotFound,
    FolderExists,
    FolderFixed,
    FolderHasChildren,
    FolderNameInvalid,
    SpecialUseTaken,
    KeywordLimit,
    EntryVanished,
    AnnotationLimit,
    AnnotationSize,
    OverQuota,
    InboxNotFound,
    InboxExists,
    AddressInvalid,
    KeyNotFound,
    KeyExists,
    ScopeUnknown,
    PatternInvalid,
    RuleNotFound,
    IdempotencyKeyReused,
    TextInvalid,
    WebhookLimit,
    LevelInvalid,
    DomainNotOwned,
    RuleLimit,
    KeyLimit,
    InboxLimit,
    FolderLimit,
    SubscriptionLimit,
    DraftLimit,
    SearchTimeout,
    MailQueued,
}
