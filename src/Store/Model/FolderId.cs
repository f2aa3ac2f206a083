using System.Globalization;

namespace AgentPost.Store.Model;

/// <summary>Id of a folder within its inbox. It is not reused after the folder is deleted.</summary>
public readonly record struct FolderId(int Value)
{
    /// <summary>Stands for the inbox as a whole. No folder has this id.</summary>
    public static readonly FolderId None;

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Identifies a folder across all inboxes: the key of its rows.</summary>
public readonly record struct FolderKey(InboxId Inbox, FolderId Folder);
