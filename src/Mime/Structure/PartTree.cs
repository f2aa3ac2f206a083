namespace AgentPost.Mime.Structure;

/// <summary>Builds the final tree of the scanned parts.</summary>
static class PartTree
{
    /// <summary>Returns the root, built from the parts in preorder.</summary>
    public static MimePart Build(IReadOnlyList<ScannedPart> parts)
    {
        var children = new Dictionary<ScannedPart, List<MimePart>>();
        MimePart? root = null;
        foreach (var part in parts)
        {
            var own = new List<MimePart>(part.ChildCount);
            children[part] = own;
            var built = new MimePart
            {
                Kind = part.FinalKind,
                HeaderOffset = part.HeaderOffset,
                BodyOffset = part.BodyOffset,
                EndOffset = part.EndOffset,
                Encoding = part.Encoding,
                Children = own,
            };
            root ??= built;
            if (part.Parent is { } parent)
            {
                children[parent].Add(built);
            }
        }
        return root ?? throw new ArgumentException("a message has at least one part", nameof(parts));
    }
}
