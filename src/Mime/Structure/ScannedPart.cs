using AgentPost.Mime.Headers;
using AgentPost.Mime.Transfer;

namespace AgentPost.Mime.Structure;

/// <summary>A part while its message is scanned, with everything that the renderers need later.</summary>
sealed class ScannedPart(ScannedPart? parent, long headerOffset)
{
    public ScannedPart? Parent { get; } = parent;

    /// <summary>Position among the children of its parent, starting at 1.</summary>
    public int Number { get; } = parent is null ? 0 : parent.ChildCount + 1;

    public int Depth { get; } = parent is null ? 0 : parent.Depth + 1;
    public long HeaderOffset { get; } = headerOffset;
    public long BodyOffset { get; set; }
    public long EndOffset { get; set; }

    /// <summary>Number of line feeds in the body.</summary>
    public long Lines { get; set; }

    public MimePartKind Kind { get; set; }
    public int ChildCount { get; set; }
    public ContentType Type { get; set; } = ContentType.PlainText;
    public ContentTransferEncoding Encoding { get; set; }

    /// <summary>Decoded size in bytes of the body of an encoded attachment. Null for other parts.</summary>
    public long? DecodedSize { get; set; }

    /// <summary>The part numbers, as in <see cref="BodyPart.Path"/>. Null for a part of an attached message.</summary>
    public IReadOnlyList<int>? Path
    {
        get
        {
            var path = new List<int>();
            for (var inner = this; inner.Parent is { } outer; inner = outer)
            {
                if (outer.Kind == MimePartKind.Message)
                {
                    return null;
                }
                path.Add(inner.Number);
            }
            path.Reverse();
            return path.Count == 0 ? [1] : path;
        }
    }

    /// <summary>The uuencoded files in a text part.</summary>
    public IReadOnlyList<EmbeddedFile> Files { get; set; } = [];

    /// <summary>
    /// True for a file, and for a part of an attached message: neither is text of the message itself.
    /// </summary>
    public bool IsApart(ContentDisposition? disposition) =>
        IsInMessage || disposition is { IsAttachment: true } || HeaderText.FileName(disposition, Type) is not null;

    bool IsInMessage
    {
        get
        {
            var outer = Parent;
            while (outer is not null && outer.Kind != MimePartKind.Message)
            {
                outer = outer.Parent;
            }
            return outer is not null;
        }
    }

    /// <summary>
    /// The current delimiter to search for. Null if the part is not a multipart, and after the close-delimiter.
    /// </summary>
    public byte[]? Boundary { get; set; }

    /// <summary>The part's own fields in the form of BODYSTRUCTURE.</summary>
    public RenderedFields Fields { get; set; } = RenderedFields.Default;

    /// <summary>The kind in the final tree: a multipart without parts is a leaf.</summary>
    public MimePartKind FinalKind => ChildCount == 0 ? MimePartKind.Leaf : Kind;

    /// <summary>True for a multipart without parts, which is plain text.</summary>
    public bool IsBrokenMultipart => Type.IsMultipart && FinalKind == MimePartKind.Leaf;

    /// <summary>
    /// Treats the text of a broken multipart as unencoded: a multipart has no base64 or quoted-printable (RFC 2045
    /// §6.4).
    /// </summary>
    public void ForgetEncoding()
    {
        if (Encoding is not (ContentTransferEncoding.EightBit or ContentTransferEncoding.Binary))
        {
            Encoding = ContentTransferEncoding.SevenBit;
        }
    }
}
