using AgentPost.Mime.Structure;
using AgentPost.Protocol.Imap.View;
using AgentPost.Store.Model;
using AgentPost.Store.Reading;

namespace AgentPost.Protocol.Imap.Fetch;

/// <summary>
/// The message that a FETCH is writing. One object serves the whole FETCH. Its data is valid until it shows the next
/// message.
/// </summary>
sealed class FetchedMessage
{
    static readonly MessageRow NoRow = new();

    MimePart? _root;

    public int Number { get; private set; }

    public FolderEntry Entry { get; private set; }

    public bool IsRecent { get; private set; }

    /// <summary>The stored data in the columns of the plan; empty if the plan needs none.</summary>
    public MessageRow Row { get; private set; } = NoRow;

    /// <summary>The part tree, decoded on first use.</summary>
    public MimePart Root => _root ??= MimePartCodec.Decode(Row.Parts.Span);

    public void Show(in NumberedEntry message, bool isRecent, MessageRow? row)
    {
        (Number, Entry) = message;
        IsRecent = isRecent;
        Row = row ?? NoRow;
        _root = null;
    }
}
