using AgentPost.Store.Model;

namespace AgentPost.Store.Search;

/// <summary>A message of a thread with the answers to it, or the place of one that is not there and has several answers.</summary>
public sealed class ThreadNode
{
    readonly List<ThreadNode> _answers = [];

    internal ThreadNode(ThreadedMessage? message) => Message = message;

    /// <summary>Null: no message that was found.</summary>
    public Uid? Uid => Message?.Uid;

    public IReadOnlyList<ThreadNode> Answers => _answers;

    internal ThreadedMessage? Message { get; }

    internal bool IsDummy => Message is null;

    /// <summary>What a thread that begins here is sorted and called by: the message; of a dummy, which has at least one, the first answer.</summary>
    internal ThreadedMessage Head => Message ?? _answers[0].Head;

    internal static int ByDate(ThreadNode left, ThreadNode right) => left.Head.CompareTo(right.Head);

    internal void Add(ThreadNode answer) => _answers.Add(answer);

    internal void AddRange(IEnumerable<ThreadNode> answers) => _answers.AddRange(answers);

    internal void SortAnswers() => _answers.Sort(ByDate);
}
