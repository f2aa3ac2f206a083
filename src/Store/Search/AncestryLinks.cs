namespace AgentPost.Store.Search;

/// <summary>
/// Who answers whom: step 1 of REFERENCES (RFC 5256 §3). Nodes are numbers: first those of the messages, in their order, then those of ids that belong to
/// none of them.
/// </summary>
sealed class AncestryLinks
{
    const int None = -1;

    readonly Dictionary<string, int> _nodes = new(StringComparer.Ordinal);
    readonly List<int> _parents = [];
    readonly List<int> _children = [];
    readonly int _messages;

    /// <param name="messages">In the order of the folder.</param>
    public AncestryLinks(IReadOnlyList<ThreadedMessage> messages)
    {
        _messages = messages.Count;
        foreach (var message in messages)
        {
            var node = AddNode();
            // Of several messages with one id the first has it.
            _ = message.InternetMessageId is { } id && _nodes.TryAdd(id, node);
        }
        for (var node = 0; node < _messages; node++)
        {
            LinkAncestry(node, messages[node].Ancestry);
        }
    }

    /// <summary>
    /// The node below which a message comes when places without a message are taken away: a message, or such a place at the very top; null at the top (steps
    /// 2 and 3).
    /// </summary>
    public int? PlaceAbove(int node)
    {
        var above = _parents[node];
        while (above >= _messages && _parents[above] != None)
        {
            above = _parents[above];
        }
        return above == None ? null : above;
    }

    void LinkAncestry(int node, IReadOnlyList<string> ancestry)
    {
        var last = None;
        foreach (var id in ancestry)
        {
            var next = Find(id);
            if (last != None && _parents[next] == None)
            {
                TryLink(last, next);
            }
            last = next;
        }
        // A link that exists comes from the References of another message, which may have been cut.
        Unlink(node);
        if (last != None)
        {
            TryLink(last, node);
        }
    }

    int Find(string id)
    {
        if (!_nodes.TryGetValue(id, out var node))
        {
            node = AddNode();
            _nodes.Add(id, node);
        }
        return node;
    }

    int AddNode()
    {
        _parents.Add(None);
        _children.Add(0);
        return _parents.Count - 1;
    }

    void TryLink(int parent, int child)
    {
        if (!IsAtOrAbove(child, parent))
        {
            _parents[child] = parent;
            _children[parent]++;
        }
    }

    void Unlink(int child)
    {
        if (_parents[child] is var parent and not None)
        {
            _children[parent]--;
            _parents[child] = None;
        }
    }

    // Most messages come before their answers, and what has no answers is above nothing: so long threads cost no long walks.
    bool IsAtOrAbove(int node, int other)
    {
        if (_children[node] == 0)
        {
            return node == other;
        }
        while (other != None && other != node)
        {
            other = _parents[other];
        }
        return other == node;
    }
}
