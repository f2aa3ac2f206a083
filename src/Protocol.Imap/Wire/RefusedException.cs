namespace AgentPost.Protocol.Imap.Wire;

/// <summary>A command that is answered with a NO or BAD found deep below its handler; the loop turns it into the tagged line.</summary>
sealed class RefusedException(Completion completion) : Exception(completion.Text)
{
    public Completion Completion { get; } = completion;
}
