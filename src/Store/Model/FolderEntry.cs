namespace AgentPost.Store.Model;

/// <summary>The data of a message in a folder that a session needs to number it and to report its flags.</summary>
public readonly record struct FolderEntry(Uid Uid, SystemFlags Flags, KeywordSet Keywords, ModSeq ModSeq);
