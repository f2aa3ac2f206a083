namespace AgentPost.Store;

/// <summary>Accepts mail from an inbox.</summary>
public sealed class Submissions
{
    /// <summary>
    /// In one transaction: files the message in the sender's Sent (<c>\Seen</c>), delivers it to every recipient that is an inbox here, queues the
    /// others. Live folders are refreshed before it returns. Returns the id of the message in Sent.
    /// </summary>
    public Task<MessageId> SubmitAsync(Submission submission, CancellationToken cancellation) => throw new NotImplementedException();
}

/// <param name="TraceHeader">Octets put on top of each delivered copy below its Return-Path: the Received field, CRLF included.</param>
/// <param name="ReversePath">Address of MAIL FROM without brackets; empty for the null path.</param>
/// <param name="Recipients">Addresses of RCPT TO without brackets, in order, without repetition.</param>
public sealed record Submission(
    InboxId Sender, string ReversePath, IReadOnlyList<string> Recipients, ReadOnlyMemory<byte> TraceHeader, IncomingMessage Message);
