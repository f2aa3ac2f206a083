using AgentPost.Protocol.Imap.Selection;
using AgentPost.Protocol.Imap.View;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Access;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Session;

/// <summary>While a folder is selected.</summary>
sealed class SelectedContext(SessionState session, Login login, SelectedFolder folder) : AuthenticatedContext(session, login)
{
    /// <summary>Disposed by the session when the state is left.</summary>
    public SelectedFolder Folder { get; } = folder;

    /// <summary>Writes VANISHED (EARLIER), if anything has vanished (RFC 7162 §3.2.10.1).</summary>
    /// <param name="uids">UIDs that the client asks about; <c>*</c> is the last that was ever given out.</param>
    /// <param name="knownUpTo">What has vanished up to here the client knows; null: it does not say.</param>
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

    /// <summary>Lets the database know which messages this session has been the first to be told of, once it has been told.</summary>
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
            // The next one says it too; until then a session of another process may take them for recent.
        }
    }

    /// <summary>
    /// The first time that CONDSTORE is enabled, also tells where the folder stands (RFC 7162 §3.1). Searches that tell their changes by message numbers end with
    /// UIDONLY.
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
