namespace AgentPost.Store;

/// <summary>
/// Tells of committed changes: the subscribers in this process at once, other processes through the database. A hint only: receivers ask the database,
/// and a lost hint costs delay.
/// </summary>
sealed class ChangeNotifier
{
    readonly List<Action<FolderKey?>> _folderHandlers = [];
    readonly List<Func<CancellationToken, Task>> _accountHandlers = [];

    /// <summary>Registers who wants to hear of folders; null means that any may have changed. Handlers only take note: they neither wait nor throw. Before first use.</summary>
    public void OnFolderChanged(Action<FolderKey?> handler) => _folderHandlers.Add(handler);

    public void OnAccountsChanged(Func<CancellationToken, Task> handler) => _accountHandlers.Add(handler);

    /// <summary>Call after the commit of a change in the folder, its creation or its deletion.</summary>
    public void FolderChanged(FolderKey folder) => _folderHandlers.ForEach(handler => handler(folder));

    /// <summary>Call after the commit of a change to keys or inboxes.</summary>
    public void AccountsChanged() => _accountHandlers.ForEach(handler => handler(CancellationToken.None));
}
