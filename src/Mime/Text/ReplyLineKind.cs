namespace AgentPost.Mime.Text;

/// <summary>The kind of a line in a reply.</summary>
enum ReplyLineKind : byte
{
    Own,
    Blank,
    Quoted,

    /// <summary>"On … wrote:" with its continuation lines.</summary>
    Attribution,

    /// <summary>All following lines are the message that is replied to.</summary>
    History,

    /// <summary>All following lines are a message that the author forwards.</summary>
    Forward,

    /// <summary>The following lines are the signature, up to quoted text.</summary>
    Signature,
}
