namespace AgentPost.Mime.Text;

/// <summary>What a line of a reply is.</summary>
enum ReplyLineKind : byte
{
    Own,
    Blank,
    Quoted,

    /// <summary>"On … wrote:" and what belongs to it.</summary>
    Attribution,

    /// <summary>All that follows is the message that was answered.</summary>
    History,

    /// <summary>All that follows is a message that the writer passes on.</summary>
    Forward,

    /// <summary>What follows is the signature, up to what is quoted.</summary>
    Signature,
}
