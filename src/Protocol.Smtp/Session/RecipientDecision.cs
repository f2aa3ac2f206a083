using AgentPost.Protocol.Smtp.Wire;

namespace AgentPost.Protocol.Smtp.Session;

/// <summary>Whether a recipient is taken: the address that the mail goes to, which may be another, or the refusal.</summary>
readonly record struct RecipientDecision(string Address, Reply? Refusal)
{
    public static implicit operator RecipientDecision(string address) => new(address, null);
    public static implicit operator RecipientDecision(Reply refusal) => new("", refusal);
}
