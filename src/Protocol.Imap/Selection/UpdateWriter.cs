using AgentPost.Protocol.Imap.View;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Selection;

/// <summary>Reports changes of the selected folder to the client. Called only at sync points (RFC 9051 §7).</summary>
static class UpdateWriter
{
    /// <summary>Moves the view of a folder to its newest known state and writes the difference.</summary>
    public static async ValueTask SyncAsync(
        this ResponseWriter writer, SelectedFolder folder, ExpungeTelling expunges, CancellationToken cancellation)
    {
        if (folder.IsMuted)
        {
            return;
        }
        var (wasHolding, told) = (folder.IsHolding, folder.NextUntold);
        var update = folder.Advance(expunges, writer.Enabled);
        if (update.HasNewKeywords)
        {
            writer.FolderFlags(folder.Keywords, folder.Access);
        }
        foreach (var message in update.Flags)
        {
            Fetch(writer, folder, message);
            await writer.FlushIfLargeAsync(cancellation);
        }
        foreach (var (number, entry) in update.ModSeqs)
        {
            writer.FetchWithUid(number, entry.Uid).Raw("MODSEQ ("u8).Number(entry.ModSeq.Value).Close().Close().CrLf();
            await writer.FlushIfLargeAsync(cancellation);
        }
        await writer.ExpungedResultsAsync(folder, update.Expunged, cancellation);
        await ExpungedAsync(writer, update.Expunged, cancellation);
        if (update.HasArrivals)
        {
            Exists(writer, folder);
        }
        var results = await folder.JudgeWatchesAsync(cancellation);
        var arrivals = new ArrivalWriter(writer, folder, folder.TakeArrivals(told), results);
        await arrivals.WriteResultsAsync(cancellation);
        await writer.ChangedResultsAsync(folder, results, cancellation);
        await arrivals.WriteOthersAsync(cancellation);
        if (wasHolding || folder.IsHolding)
        {
            TellModSeq(writer, folder);
        }
    }

    /// <summary>VANISHED (RFC 7162 §3.2.10): lists UIDs, for clients that resynchronize.</summary>
    public static async ValueTask VanishedAsync(this ResponseWriter writer, IEnumerable<SequenceRange> uids, Vanishing when, CancellationToken cancellation)
    {
        writer.Untagged().Raw(when is Vanishing.Earlier ? "VANISHED (EARLIER) "u8 : "VANISHED "u8);
        await writer.SetAsync(uids, cancellation);
        writer.CrLf();
    }

    static async ValueTask ExpungedAsync(ResponseWriter writer, IReadOnlyList<NumberedEntry> expunged, CancellationToken cancellation)
    {
        if (expunged.Count > 0 && (writer.Enabled & (EnabledExtensions.QResync | EnabledExtensions.UidOnly)) != 0)
        {
            await writer.VanishedAsync(NumberRuns.Of(expunged.Select(message => message.Entry.Uid.Value)), Vanishing.Now, cancellation);
            return;
        }
        // In descending order, so that no EXPUNGE changes the numbers of the next ones.
        for (var i = expunged.Count - 1; i >= 0; i--)
        {
            writer.Untagged().Number(expunged[i].Number).Raw(" EXPUNGE"u8).CrLf();
            await writer.FlushIfLargeAsync(cancellation);
        }
    }

    /// <summary>
    /// While expunges are held, later mod-sequences have already been sent with flags. Without this response, the
    /// client would send the highest of them when it resynchronizes, and would never receive the expunges (RFC 7162
    /// §3.2).
    /// </summary>
    static void TellModSeq(ResponseWriter writer, SelectedFolder folder)
    {
        if (writer.Enabled.HasFlag(EnabledExtensions.CondStore))
        {
            writer.UntaggedOk(ResponseCode.HighestModSeq(folder.ToldModSeq), folder.IsHolding ? "Expunges are still to be told" : "All is told");
        }
    }

    /// <summary>EXISTS, and RECENT unless the client has enabled IMAP4rev2 (RFC 3501 §7.3.2).</summary>
    public static void Exists(this ResponseWriter writer, SelectedFolder folder)
    {
        writer.Untagged().Number(folder.View.Count).Raw(" EXISTS"u8).CrLf();
        if (!writer.Enabled.HasFlag(EnabledExtensions.Imap4Rev2))
        {
            writer.Untagged().Number(folder.Recent.CountIn(folder.View)).Raw(" RECENT"u8).CrLf();
        }
    }

    /// <summary>
    /// fetch-mod-resp = "MODSEQ" SP "(" permsg-modsequence ")" (RFC 7162 §7), with a space before it.
    /// </summary>
    public static ResponseWriter ModSeq(this ResponseWriter writer, ModSeq value) => writer.Raw(" MODSEQ ("u8).Number(value.Value).Close();

    /// <summary>
    /// Starts a response about a message: message-data = nz-number SP "FETCH" …, or uniqueid SP "UIDFETCH" … (RFC 9586
    /// §3.3)
    /// </summary>
    public static ResponseWriter BeginFetch(this ResponseWriter writer, int number, Uid uid) => writer.Enabled.HasFlag(EnabledExtensions.UidOnly)
        ? writer.Untagged().Number(uid.Value).Raw(" UIDFETCH ("u8)
        : writer.Untagged().Number(number).Raw(" FETCH ("u8);

    /// <summary>Same, with the UID before the other items. UIDFETCH already contains it.</summary>
    static ResponseWriter FetchWithUid(this ResponseWriter writer, int number, Uid uid) => writer.Enabled.HasFlag(EnabledExtensions.UidOnly)
        ? writer.BeginFetch(number, uid)
        : writer.BeginFetch(number, uid).Raw("UID "u8).Number(uid.Value).Sp();

    // The UID is always included, and first: clients that store messages by UID can use it without a table of numbers.
    public static void Fetch(this ResponseWriter writer, SelectedFolder folder, in NumberedEntry message)
    {
        var (number, entry) = message;
        writer.FetchWithUid(number, entry.Uid).Raw("FLAGS "u8)
            .MessageFlags(entry.Flags, entry.Keywords, folder.Recent.Contains(entry.Uid));
        if (writer.Enabled.HasFlag(EnabledExtensions.CondStore))
        {
            writer.ModSeq(entry.ModSeq);
        }
        writer.Close().CrLf();
    }
}

/// <summary>When the messages of a VANISHED response were expunged.</summary>
enum Vanishing
{
    /// <summary>While they were in the client's view: the client must renumber.</summary>
    Now,

    /// <summary>Before the client's view was created.</summary>
    Earlier,
}
