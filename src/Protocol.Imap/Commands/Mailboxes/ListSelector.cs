using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Commands.Mailboxes;

/// <summary>
/// Finds the names for LIST (RFC 5258 §3.3): those that match a pattern and meet the selection options.
/// </summary>
sealed class ListSelector
{
    readonly IReadOnlyList<MailboxPattern> _patterns;
    readonly ListSelection _selection;
    readonly Dictionary<FolderName, Folder> _folders;
    readonly HashSet<FolderName> _subscribed;

    // Ancestors of selected names. The second set has those of names that are not reported themselves.
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

    /// <summary>INBOX first, then by name, without duplicates.</summary>
    public IEnumerable<ListedName> Find() => Names().Concat(_parents).Distinct()
        .Where(MatchesPattern)
        .Select(name => new ListedName(name, _folders.GetValueOrDefault(name), IsSelected(name), _parents.Contains(name)))
        .Where(listed => listed.IsSelected || _parentsOfUntold.Contains(listed.Name))
        .OrderBy(listed => listed.Name != FolderName.Inbox)
        .ThenBy(listed => listed.Name.Value, StringComparer.Ordinal);

    public bool IsSubscribed(FolderName name) => _subscribed.Contains(name);

    IEnumerable<FolderName> Names() => _folders.Keys.Concat(_subscribed);

    bool MatchesPattern(FolderName name) => _patterns.Any(pattern => pattern.Matches(name));

    /// <summary>A name without a folder is selected only if the client asks for subscriptions.</summary>
    bool IsSelected(FolderName name) =>
        _selection.HasFlag(ListSelection.Subscribed)
            ? IsSubscribed(name) && HasWantedUse(name)
            : _folders.ContainsKey(name) && HasWantedUse(name);

    bool HasWantedUse(FolderName name) =>
        !_selection.HasFlag(ListSelection.SpecialUse) || _folders.GetValueOrDefault(name)?.SpecialUse is not null;

    // CHILDINFO is omitted if it adds nothing to the other responses (RFC 5258 §3.5).
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

/// <summary>A name that LIST reports.</summary>
/// <param name="Folder">Null if the folder does not exist.</param>
/// <param name="IsSelected">True if the name itself meets the selection options.</param>
/// <param name="HasSelectedBelow">True if RECURSIVEMATCH was requested and a name below this one meets the selection
/// options.</param>
readonly record struct ListedName(FolderName Name, Folder? Folder, bool IsSelected, bool HasSelectedBelow);
