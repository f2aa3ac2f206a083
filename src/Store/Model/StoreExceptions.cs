namespace AgentPost.Store.Model;

/// <summary>
/// The database is unreachable or aborted the work. The caller should retry later. Nothing was committed, unless
/// <see cref="MayHaveCommitted"/> is true.
/// </summary>
public class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>
    /// True if the outcome is unknown: the reply to the commit was lost and the outcome could not be determined in
    /// time, or no synchronous standby confirmed the commit. The caller must not acknowledge the change.
    /// </summary>
    public bool MayHaveCommitted { get; init; }
}

/// <summary>
/// The disk of the spool or of the database is full. Nothing was committed. A retry can succeed once there is free
/// space.
/// </summary>
public sealed class StoreFullException(string message, Exception? inner = null) : StoreUnavailableException(message, inner);

/// <summary>
/// The store cannot be opened, and a retry will not help. The message, one or two sentences, says what to configure or
/// install.
/// </summary>
public sealed class StoreSetupException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The store rejects the request for a reason that the client can act on. Nothing was changed.</summary>
public sealed class StoreRefusedException(Refusal refusal, string message) : Exception(message)
{
    public Refusal Refusal { get; } = refusal;
}

/// <summary>Why the store rejects a request. Each protocol maps these to its own replies in a table.</summary>
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
