namespace AgentPost.Store.Search;

/// <summary>
/// Links messages to the messages they reply to: step 1 of REFERENCES (RFC 5256 §3). Nodes are numbers: first the
/// messages in their order, then the ids that belong to no message.
/// </summary>
sealed class AncestryLinks
{
    const int None = -1;

    readonly Dictionary<string, int> _nodes = new(StringComparer.Ordinal);
    readonly List<int> _parents = [];
    readonly List<int> _children = [];
    readonly int _messages;

    /// <param name="messages">In folder order.</param>
    public AncestryLinks(IReadOnlyList<ThreadedMessage> messages)
    {
        _messages = messages.Count;
        foreach (var message in messages)
        {
            var node = AddNode();
            // If several messages have the same id, it refers to the first one.
            _ = message.InternetMessageId is { } id && _nodes.TryAdd(id, node);
        }
        for (var node = 0; node < _messages; node++)
        {
            LinkAncestry(node, messages[node].Ancestry);
        }
    }

    /// <summary>
    /// Finds the parent of a message after nodes without a message are removed (steps 2 and 3). The parent is a
    /// message, or a node without a message at the root. Returns null if the message is at the root.
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
        // An existing link was derived from the References of another message, which may have been truncated.
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

    // Most messages are added before their replies, and a node without children is no ancestor. This avoids walking up
    // long threads.
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
