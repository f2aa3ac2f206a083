namespace AgentPost.Store.Model;

/// <summary>What a session must know of a message in a folder to number it and to tell of its flags.</summary>
public readonly record struct FolderEntry(Uid Uid, SystemFlags Flags, KeywordSet Keywords, ModSeq ModSeq);
