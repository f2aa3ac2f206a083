namespace AgentPost.Store.Search;

/// <summary>
/// The algorithm REFERENCES (RFC 5256 §3): groups by ancestry, then joins threads with the same subject.
/// </summary>
static class ReferencesThreading
{
    /// <param name="messages">In folder order.</param>
    public static List<ThreadNode> Thread(IReadOnlyList<ThreadedMessage> messages)
    {
        var nodes = messages.Select(message => new ThreadNode(message)).ToArray();
        var threads = Gather(nodes, new(messages));
        foreach (var dummy in threads.Where(thread => thread.IsDummy))
        {
            dummy.SortAnswers();
        }
        threads.Sort(ThreadNode.ByDate);
        var joined = Join(threads);
        foreach (var node in nodes.Concat(joined.Where(thread => thread.IsDummy)))
        {
            node.SortAnswers();
        }
        joined.Sort(ThreadNode.ByDate);
        return joined;
    }

    /// <summary>
    /// Steps 2 and 3: builds the threads. Nodes without a message remain only at the root, and only with several
    /// children.
    /// </summary>
    static List<ThreadNode> Gather(ThreadNode[] nodes, AncestryLinks links)
    {
        var tops = new List<ThreadNode>();
        var dummies = new Dictionary<int, ThreadNode>();
        for (var number = 0; number < nodes.Length; number++)
        {
            switch (links.PlaceAbove(number))
            {
                case null:
                    tops.Add(nodes[number]);
                    break;
                case { } message when message < nodes.Length:
                    nodes[message].Add(nodes[number]);
                    break;
                case { } place when dummies.TryGetValue(place, out var dummy):
                    dummy.Add(nodes[number]);
                    break;
                case { } place:
                    dummies.Add(place, new(null));
                    dummies[place].Add(nodes[number]);
                    break;
            }
        }
        tops.AddRange(dummies.Values.Select(dummy => dummy.Answers is [var only] ? only : dummy));
        return tops;
    }

    /// <summary>Step 5: joins threads with the same base subject.</summary>
    static List<ThreadNode> Join(List<ThreadNode> threads)
    {
        var bySubject = SubjectTable(threads);
        var joined = new List<ThreadNode>(threads.Count);
        var taken = new HashSet<ThreadNode>(ReferenceEqualityComparer.Instance);
        foreach (var thread in threads)
        {
            var subject = thread.Head.Subject;
            if (subject.Length == 0 || bySubject[subject] == thread)
            {
                joined.Add(thread);
                continue;
            }
            var known = bySubject[subject];
            if (known.IsDummy && thread.IsDummy)
            {
                known.AddRange(thread.Answers);
            }
            else if (known.IsDummy || (IsReply(thread) && !IsReply(known)))
            {
                known.Add(thread);
            }
            else
            {
                var dummy = new ThreadNode(null);
                dummy.AddRange([known, thread]);
                bySubject[subject] = dummy;
                taken.Add(known);
                joined.Add(dummy);
            }
        }
        joined.RemoveAll(taken.Contains);
        return joined;
    }

    /// <summary>Step 5.B: finds, for each base subject, the thread that the others are joined to.</summary>
    static Dictionary<string, ThreadNode> SubjectTable(List<ThreadNode> threads)
    {
        var table = new Dictionary<string, ThreadNode>(StringComparer.Ordinal);
        foreach (var thread in threads)
        {
            var subject = thread.Head.Subject;
            var isFirst = !table.TryGetValue(subject, out var known);
            if (isFirst || (known is { IsDummy: false } && (thread.IsDummy || (IsReply(known) && !IsReply(thread)))))
            {
                table[subject] = thread;
            }
        }
        return table;
    }

    static bool IsReply(ThreadNode node) => node.Message is { IsReplyOrForward: true };
}
