using System.Globalization;

namespace AgentPost.Store.Model;

/// <summary>A folder within its inbox; never used again after the folder is deleted.</summary>
public readonly record struct FolderId(int Value)
{
    /// <summary>No folder has it: it stands for the inbox as a whole.</summary>
    public static readonly FolderId None;

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A folder, anywhere: the key of its rows.</summary>
public readonly record struct FolderKey(InboxId Inbox, FolderId Folder);
