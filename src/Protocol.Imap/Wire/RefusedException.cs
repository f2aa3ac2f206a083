namespace AgentPost.Protocol.Imap.Wire;

/// <summary>
/// Ends a command with NO or BAD from code below its handler. The session writes it as the tagged line.
/// </summary>
sealed class RefusedException(Completion completion) : Exception(completion.Text)
{
    public Completion Completion { get; } = completion;
}
