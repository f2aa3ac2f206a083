namespace AgentPost.Protocol.Imap;

/// <summary>Tells a client what has changed in its selected folder; called at sync points only (RFC 9051 §7).</summary>
static class UpdateWriter
{
    /// <summary>Moves the view of a folder to its newest known state and writes the difference.</summary>
    public static async ValueTask SyncAsync(
        this ResponseWriter writer, SelectedFolder folder, ExpungeTelling expunges, CancellationToken cancellation)
    {
        var update = folder.Advance(expunges);
        if (update.HasNewKeywords)
        {
            writer.FolderFlags(folder);
        }
        foreach (var message in update.Flags)
        {
            Fetch(writer, folder, message);
            await writer.FlushIfLargeAsync(cancellation);
        }
        // From the highest down, so that no EXPUNGE changes the numbers of those that follow.
        for (var i = update.Expunged.Count - 1; i >= 0; i--)
        {
            writer.Untagged().Number(update.Expunged[i].Number).Raw(" EXPUNGE"u8).CrLf();
            await writer.FlushIfLargeAsync(cancellation);
        }
        if (update.HasArrivals)
        {
            Exists(writer, folder);
        }
    }

    /// <summary>EXISTS, and RECENT unless the client has enabled IMAP4rev2 (RFC 3501 §7.3.2).</summary>
    public static void Exists(this ResponseWriter writer, SelectedFolder folder)
    {
        writer.Untagged().Number(folder.View.Count).Raw(" EXISTS"u8).CrLf();
        if (!writer.Enabled.HasFlag(EnabledExtensions.Imap4Rev2))
        {
            writer.Untagged().Number(folder.RecentCount).Raw(" RECENT"u8).CrLf();
        }
    }

    // The UID is always there, and first: clients that keep messages by UID need no table of numbers to make use of it.
    static void Fetch(ResponseWriter writer, SelectedFolder folder, in NumberedEntry message)
    {
        var (number, entry) = message;
        writer.Untagged().Number(number).Raw(" FETCH (UID "u8).Number(entry.Uid.Value).Raw(" FLAGS "u8)
            .MessageFlags(entry.Flags, entry.Keywords, folder.IsRecent(entry.Uid)).Close().CrLf();
    }
}
