using AgentPost.Store.Model;

namespace AgentPost.Store.Tests.Plans;

/// <summary>Mail of a size that makes a wrong plan show, written by the database itself.</summary>
static class PlanData
{
    /// <summary>Fills INBOX of an inbox: threads of five, a message in ten without Message-ID.</summary>
    public static Task FillAsync(Mailbox mail, InboxId inbox, int count) => FillAsync(mail, inbox, $"'{inbox.Value}'::uuid", count);

    /// <summary>Writes the same number of messages to many other inboxes.</summary>
    /// <param name="inbox">Any inbox.</param>
    public static async Task FillManyAsync(Mailbox mail, InboxId inbox, int inboxes, int count)
    {
        await mail.ExecuteAsync($"""
            insert into inboxes (inbox_id, organization_id, address)
            select md5('small' || n)::uuid, organization_id, n || '@small.test' from organizations, generate_series(0, {inboxes - 1}) n;
            insert into folders (inbox_id, folder_id, name, uid_validity)
            select md5('small' || n)::uuid, folder, 'folder ' || folder, 1 from generate_series(0, {inboxes - 1}) n, generate_series(1, 4) folder
            """);
        await FillAsync(mail, inbox, $"md5('small' || n % {inboxes})::uuid", count);
    }

    static async Task FillAsync(Mailbox mail, InboxId templates, string inbox, int count)
    {
        // What FETCH and SORT read must be as the scanner writes it.
        var template = await mail.AppendAsync(new(templates, new(1)), "From: a@filled.test\r\nMessage-ID: <0@filled>\r\nSubject: filled\r\n\r\nText\r\n");
        var first = template.Uids[0].Value;
        await mail.ExecuteAsync($"""
            create temporary table filling as
            select n, {inbox} as inbox_id, n + 100 as modseq,
                ('01900000-' || lpad(to_hex(n / 65536), 4, '0') || '-7' || lpad(to_hex(n / 16 % 4096), 3, '0') || '-8' || substr(md5({inbox} || ' ' || n), 1, 3) || '-'
                    || substr(md5(n || ' ' || {inbox}), 1, 12))::uuid as message_id,
                md5({inbox} || ' ' || n / 5)::uuid as thread_id
            from generate_series({first + 1}, {count}) n;
            insert into messages (
                inbox_id, message_id, thread_id, size, received_at, sent_at, sent_on, internet_message_id, header, envelope, body_structure, parts, preview, octets)
            select f.inbox_id, f.message_id, f.thread_id, 2000 + n, now(), now(), now()::date, case when n % 10 > 0 then n || '@filled' end,
                header, envelope, body_structure, parts, preview, octets || repeat(md5(n::text), 30)::bytea
            from filling f cross join (
                select m.* from entries join messages m using (inbox_id, message_id) where inbox_id = '{templates.Value}' and folder_id = 1 and uid = {first}) t
            order by n;
            insert into message_texts (inbox_id, message_id, subject, sender, recipients, cc, bcc, header, body)
            select inbox_id, message_id, 'subject ' || n, 'sender', 'recipient', '', '', 'subject: subject ' || n, repeat(md5(n::text), 20) from filling order by n;
            insert into entries (inbox_id, folder_id, uid, message_id, flags, modseq, size, internal_at, saved_at)
            select inbox_id, 1, n, message_id, 1, 1, 2000 + n, now(), now() from filling order by n;
            insert into tombstones (inbox_id, folder_id, uid, message_id, flags, modseq, size, internal_at, saved_at, expunged_at)
            select inbox_id, 2, 1000000 + n, gen_random_uuid(), 1, 1, 2000 + n, now(), now(), now() from filling order by n;
            insert into known_senders (inbox_id, address, first_at) select inbox_id, 's' || n, now() from filling order by n;
            insert into known_recipients (inbox_id, address, first_at, ordinal) select inbox_id, 'r' || n, now() - interval '2 days', n from filling order by n;
            insert into submissions (inbox_id, message_id, organization_id, thread_id, submitted_at, internet_message_id, content_sha256, ordinal, reply_ordinal)
            select inbox_id, message_id, (select organization_id from organizations), thread_id, now() - interval '20 hours' + n * interval '10 ms', n || '@filled', '', n,
                n % 5 + 1
            from filling order by n;
            insert into sent_copies (inbox_id, uid, internet_message_id, content_sha256, dated_at, has_bcc, submitted_at)
            select inbox_id, 1000000 + n, n || '@filled', sha256(n::text::bytea), now(), false, now() from filling order by n;
            insert into awaited_messages (inbox_id, internet_message_id, thread_id) select inbox_id, n || '@awaited', thread_id from filling order by n;
            insert into changes (inbox_id, folder_id, modseq, changed) select inbox_id, 1, modseq, n::text from filling order by n;
            update folders set uid_next = {count + 1}, modseq = {count + 101} where inbox_id in (select inbox_id from filling) and folder_id = 1;
            update inboxes set modseq = {count + 101}, message_count = {count} where inbox_id in (select inbox_id from filling);
            drop table filling
            """);
    }
}
