using System.Collections.Frozen;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap;

/// <summary>Maps errors of the store to NO responses with response codes (RFC 9051 §7.1, RFC 5530 §3).</summary>
static class Refusals
{
    static readonly FrozenDictionary<Refusal, string> Codes = new Dictionary<Refusal, string>
    {
        [Refusal.FolderNotFound] = ResponseCode.NonExistent,
        [Refusal.FolderExists] = ResponseCode.AlreadyExists,
        [Refusal.FolderFixed] = ResponseCode.Cannot,
        [Refusal.FolderHasChildren] = ResponseCode.HasChildren,
        [Refusal.FolderNameInvalid] = ResponseCode.Cannot,
        [Refusal.SpecialUseTaken] = ResponseCode.UseAttr,
        [Refusal.KeywordLimit] = ResponseCode.Limit,
        [Refusal.FolderLimit] = ResponseCode.Limit,
        [Refusal.SubscriptionLimit] = ResponseCode.Limit,
        [Refusal.DraftLimit] = ResponseCode.Limit,
        [Refusal.AnnotationLimit] = ResponseCode.MetadataTooMany,
        [Refusal.AnnotationSize] = ResponseCode.MetadataMaxSize,
        [Refusal.OverQuota] = ResponseCode.OverQuota,
        [Refusal.SearchTimeout] = ResponseCode.Limit,
        [Refusal.EntryVanished] = ResponseCode.ExpungeIssued,
    }.ToFrozenDictionary();

    public static Completion Answer(StoreRefusedException refused) =>
        new(CompletionStatus.No, Codes.GetValueOrDefault(refused.Refusal), refused.Message);
}
