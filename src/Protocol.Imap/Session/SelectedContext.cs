using AgentPost.Protocol.Imap.Selection;
using AgentPost.Protocol.Imap.View;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Access;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Session;

/// <summary>The state while a folder is selected.</summary>
sealed class SelectedContext(SessionState session, Login login, SelectedFolder folder) : AuthenticatedContext(session, login)
{
    /// <summary>The selected folder. The session disposes it when it leaves the state.</summary>
    public SelectedFolder Folder { get; } = folder;

    /// <summary>
    /// Writes VANISHED (EARLIER) if messages were expunged since the mod-sequence (RFC 7162 §3.2.10.1).
    /// </summary>
    /// <param name="uids">UIDs that the client asks about; <c>*</c> is the last assigned UID.</param>
    /// <param name="knownUpTo">The client knows which UIDs up to this one have vanished. Null if the client does not
    /// say.</param>
    public async ValueTask TellVanishedAsync(SequenceSet uids, ModSeq since, Uid? knownUpTo, CancellationToken cancellation)
    {
        var expunged = await Store.ChangeLog.ExpungedSinceAsync(Folder.Key, since, cancellation);
        var known = uids.Resolve(Math.Max(Folder.View.UidNext.Value - 1, 1))
            .Select(range => range with { First = Math.Max(range.First, (knownUpTo?.Value ?? 0) + 1) })
            .Where(range => range.First <= range.Last);
        var vanished = VanishedUids.Of(Folder.View, [.. known], expunged).ToList();
        if (vanished.Count > 0)
        {
            await Writer.VanishedAsync(vanished, Vanishing.Earlier, cancellation);
        }
    }

    /// <summary>
    /// Records in the database which messages this session was the first to report, after it has reported them.
    /// </summary>
    public async ValueTask SettleRecentAsync(CancellationToken cancellation)
    {
        if (Folder.Recent.TakeUnsettled() is not { } before)
        {
            return;
        }
        await Writer.FlushAsync(cancellation);
        try
        {
            await Store.Folders.SettleRecentAsync(Folder.Key, before, cancellation);
        }
        catch (StoreUnavailableException)
        {
            // The next call records them too. Until then, a session of another instance may also report them as recent.
        }
    }

    /// <summary>
    /// When CONDSTORE is enabled for the first time, also reports the folder's mod-sequence (RFC 7162 §3.1). UIDONLY
    /// ends searches whose changes are reported by message number.
    /// </summary>
    public override void Enable(EnabledExtensions extensions)
    {
        var isFirst = extensions.HasFlag(EnabledExtensions.CondStore) && !Enabled.HasFlag(EnabledExtensions.CondStore);
        base.Enable(extensions);
        if (extensions.HasFlag(EnabledExtensions.UidOnly))
        {
            foreach (var watch in Folder.Watches.Where(watch => watch.Numbering is Numbering.SequenceNumbers).ToList())
            {
                Folder.Unwatch(watch.Tag);
                Writer.UntaggedNo(ResponseCode.NoUpdate(watch.Tag), "Message numbers are no longer told");
            }
        }
        if (isFirst)
        {
            Writer.UntaggedOk(ResponseCode.HighestModSeq(Folder.ToldModSeq), "Mod-sequences are told from now on");
        }
    }
}
