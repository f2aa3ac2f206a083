using System.Text;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;

namespace AgentPost.Store.Tests.Mail;

public sealed class AnnotationsTests
{
    [Test]
    public async Task Beyond_the_limit_nothing_of_what_comes_together_is_set()
    {
        await using var mail = await Mailbox.CreateAsync();
        var all = Enumerable.Range(0, Annotations.MostAnnotations).Select(number => Of($"/private/{number:d3}", "x")).ToList();
        await SetAsync(mail, [.. all]);

        Assert.That(
            async () => await SetAsync(mail, Of("/private/000", "changed"), Of("/private/more", "x")),
            Throws.TypeOf<StoreRefusedException>().With.Property(nameof(StoreRefusedException.Refusal)).EqualTo(Refusal.AnnotationLimit));

        Assert.That(await ValueAsync(mail, "/private/000"), Is.EqualTo("x"));
        await SetAsync(mail, Of("/private/000", null), Of("/private/more", "now there is room"));
        Assert.That(await ValueAsync(mail, "/private/more"), Is.EqualTo("now there is room"));
    }

    [Test]
    public async Task A_value_that_is_too_long_is_refused()
    {
        await using var mail = await Mailbox.CreateAsync();

        await SetAsync(mail, Of("/private/a", new('x', Annotations.MostOctets)));

        Assert.That(
            async () => await SetAsync(mail, Of("/private/b", new('x', Annotations.MostOctets + 1))),
            Throws.TypeOf<StoreRefusedException>().With.Property(nameof(StoreRefusedException.Refusal)).EqualTo(Refusal.AnnotationSize));
    }

    [Test]
    public async Task Names_below_are_found_as_far_down_as_asked()
    {
        await using var mail = await Mailbox.CreateAsync();
        await SetAsync(mail, Of("/private/a", "1"), Of("/private/a/b", "2"), Of("/private/a/b/c", "3"), Of("/private/ab", "4"), Of("/private/a_/b", "5"));

        Assert.That(await NamesAsync(mail, 0), Is.EqualTo((string[])["/private/a"]));
        Assert.That(await NamesAsync(mail, 1), Is.EqualTo((string[])["/private/a", "/private/a/b"]));
        Assert.That(await NamesAsync(mail, int.MaxValue), Is.EqualTo((string[])["/private/a", "/private/a/b", "/private/a/b/c"]));
    }

    static KeyValuePair<string, byte[]?> Of(string name, string? value) => new(name, value is null ? null : Encoding.ASCII.GetBytes(value));

    static Task SetAsync(Mailbox mail, params KeyValuePair<string, byte[]?>[] values) =>
        mail.Store.Annotations.SetAsync(mail.Inbox.Id, null, values, default);

    static async Task<string?> ValueAsync(Mailbox mail, string name) =>
        Encoding.ASCII.GetString((await mail.Store.Annotations.FindAsync(mail.Inbox.Id, null, [name], 0, int.MaxValue, default)).Single().Value ?? []);

    static async Task<IEnumerable<string>> NamesAsync(Mailbox mail, int levels) =>
        (await mail.Store.Annotations.FindAsync(mail.Inbox.Id, null, ["/private/a"], levels, int.MaxValue, default)).Select(found => found.Name);
}
