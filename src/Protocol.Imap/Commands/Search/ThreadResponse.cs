using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Live;
using AgentPost.Store.Model;
using AgentPost.Store.Search;

namespace AgentPost.Protocol.Imap.Commands.Search;

/// <summary>
/// The THREAD response (RFC 5256 §4). Threads can have any depth, so they are written without recursion.
/// </summary>
sealed class ThreadResponse(FolderSnapshot view, Numbering numbering)
{
    // Stack of the nodes left to write. Null ends a list.
    readonly Stack<ThreadNode?> _pending = new();

    /// <summary>thread-data = "THREAD" [SP 1*thread-list]</summary>
    public async ValueTask WriteAsync(ResponseWriter writer, IReadOnlyList<ThreadNode> threads, CancellationToken cancellation)
    {
        writer.Untagged().Atom("THREAD"u8);
        if (threads.Count > 0)
        {
            writer.Sp();
        }
        Push(threads);
        while (_pending.TryPop(out var next))
        {
            if (next is null)
            {
                writer.Close();
            }
            else
            {
                WriteMembers(writer.Open(), next);
            }
            await writer.FlushIfLargeAsync(cancellation);
        }
        writer.CrLf();
    }

    /// <summary>
    /// thread-members = nz-number *(SP nz-number) [SP thread-nested]. A dummy node has only nested members.
    /// </summary>
    void WriteMembers(ResponseWriter writer, ThreadNode node)
    {
        _pending.Push(null);
        for (var member = node; ; member = member.Answers[0])
        {
            if (member.Uid is { } uid)
            {
                writer.Number(NumberOf(uid));
            }
            if (member.Answers.Count == 0)
            {
                return;
            }
            if (member.Uid is not null)
            {
                writer.Sp();
            }
            if (member.Answers.Count > 1)
            {
                Push(member.Answers);
                return;
            }
        }
    }

    void Push(IReadOnlyList<ThreadNode> nodes)
    {
        for (var i = nodes.Count - 1; i >= 0; i--)
        {
            _pending.Push(nodes[i]);
        }
    }

    uint NumberOf(Uid uid) => numbering is Numbering.Uids ? uid.Value : (uint)view.IndexOf(uid) + 1;
}
