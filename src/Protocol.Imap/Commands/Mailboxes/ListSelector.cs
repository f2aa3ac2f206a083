using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Commands.Mailboxes;

/// <summary>Finds the names that LIST tells of (RFC 5258 §3.3): those that match a pattern and meet the selection options.</summary>
sealed class ListSelector
{
    readonly IReadOnlyList<MailboxPattern> _patterns;
    readonly ListSelection _selection;
    readonly Dictionary<FolderName, Folder> _folders;
    readonly HashSet<FolderName> _subscribed;

    // Names above selected ones, and among them those that stand for one which is not told itself.
    readonly HashSet<FolderName> _parents = [];
    readonly HashSet<FolderName> _parentsOfUntold = [];

    public ListSelector(FolderList list, IReadOnlyList<MailboxPattern> patterns, ListSelection selection)
    {
        _patterns = patterns;
        _selection = selection;
        _folders = list.Folders.ToDictionary(folder => folder.Name);
        _subscribed = [.. list.Subscriptions];
        if (selection.HasFlag(ListSelection.RecursiveMatch))
        {
            foreach (var name in Names().Where(IsSelected).ToArray())
            {
                NoteParents(name, MatchesPattern(name));
            }
        }
    }

    /// <summary>INBOX first, then by name; none twice.</summary>
    public IEnumerable<ListedName> Find() => Names().Concat(_parents).Distinct()
        .Where(MatchesPattern)
        .Select(name => new ListedName(name, _folders.GetValueOrDefault(name), IsSelected(name), _parents.Contains(name)))
        .Where(listed => listed.IsSelected || _parentsOfUntold.Contains(listed.Name))
        .OrderBy(listed => listed.Name != FolderName.Inbox)
        .ThenBy(listed => listed.Name.Value, StringComparer.Ordinal);

    public bool IsSubscribed(FolderName name) => _subscribed.Contains(name);

    IEnumerable<FolderName> Names() => _folders.Keys.Concat(_subscribed);

    bool MatchesPattern(FolderName name) => _patterns.Any(pattern => pattern.Matches(name));

    /// <summary>A name without a folder is told only when it is the subscription that is asked for.</summary>
    bool IsSelected(FolderName name) =>
        _selection.HasFlag(ListSelection.Subscribed)
            ? IsSubscribed(name) && HasWantedUse(name)
            : _folders.ContainsKey(name) && HasWantedUse(name);

    bool HasWantedUse(FolderName name) =>
        !_selection.HasFlag(ListSelection.SpecialUse) || _folders.GetValueOrDefault(name)?.SpecialUse is not null;

    // CHILDINFO that says no more than the answer itself is left out (RFC 5258 §3.5).
    void NoteParents(FolderName name, bool isTold)
    {
        for (var parent = name.Parent; parent is not null; parent = parent.Parent)
        {
            _parents.Add(parent);
            if (!isTold)
            {
                _parentsOfUntold.Add(parent);
            }
        }
    }
}

/// <summary>A name that LIST tells of.</summary>
/// <param name="Folder">Null: there is no such folder.</param>
/// <param name="IsSelected">It meets the selection options itself.</param>
/// <param name="HasSelectedBelow">RECURSIVEMATCH was asked for, and a name below meets the selection options.</param>
readonly record struct ListedName(FolderName Name, Folder? Folder, bool IsSelected, bool HasSelectedBelow);
