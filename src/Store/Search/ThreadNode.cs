using AgentPost.Store.Model;

namespace AgentPost.Store.Search;

/// <summary>A message of a thread with its replies, or a dummy: a missing message with several replies.</summary>
public sealed class ThreadNode
{
    readonly List<ThreadNode> _answers = [];

    internal ThreadNode(ThreadedMessage? message) => Message = message;

    /// <summary>Null for a dummy.</summary>
    public Uid? Uid => Message?.Uid;

    public IReadOnlyList<ThreadNode> Answers => _answers;

    internal ThreadedMessage? Message { get; }

    internal bool IsDummy => Message is null;

    /// <summary>
    /// The message whose date and subject represent this thread. For a dummy, which has at least one reply, it is the
    /// first reply.
    /// </summary>
    internal ThreadedMessage Head => Message ?? _answers[0].Head;

    internal static int ByDate(ThreadNode left, ThreadNode right) => left.Head.CompareTo(right.Head);

    internal void Add(ThreadNode answer) => _answers.Add(answer);

    internal void AddRange(IEnumerable<ThreadNode> answers) => _answers.AddRange(answers);

    internal void SortAnswers() => _answers.Sort(ByDate);
}
