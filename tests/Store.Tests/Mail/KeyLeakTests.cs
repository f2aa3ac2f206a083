using System.Globalization;
using System.Text;
using AgentPost.Store.Access;
using AgentPost.Store.Data;
using AgentPost.Store.Model;
using AgentPost.Store.Sending;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentPost.Store.Tests.Mail;

/// <summary>No message leaves that holds a key of this server, however it is encoded.</summary>
public sealed class KeyLeakTests
{
    const int Messages = 400;

    Mailbox _mail = null!;
    Database _database = null!;
    string _secret = "";

    static readonly (string Name, Func<string, Random, string> Apply)[] Texts =
    [
        ("as it is", (text, _) => text),
        ("quoted-printable", (text, _) => Hex(text, "=")),
        ("percent", (text, _) => Hex(text, "%")),
        ("decimal entities", (text, random) =>
            string.Concat(text.Select(c => char.IsLetterOrDigit(c) && random.Next(2) == 0 ? $"{c}" : $"&#{(int)c};"))),
        ("hexadecimal entities", (text, _) => string.Concat(text.Select(c => $"&#x{(int)c:X};"))),
        ("named entities", (text, _) => text.Replace("_", "&lowbar;", StringComparison.Ordinal)),
        ("backslash", (text, _) => string.Concat(text.Select(c => $"\\u{(int)c:x4}"))),
        ("base64", (text, random) => Base64(new string('.', random.Next(4)) + text + " is it")),
        ("base64 lines", (text, random) =>
            Wrapped(new string('.', random.Next(100)) + text + "\r\n", random.Next(2) == 0 ? 76 : 64)),
        ("base64url", (text, _) => Base64("€" + text).TrimEnd('=').Replace('+', '-').Replace('/', '_')),
    ];

    // What a reader does not see, or reads over.
    static readonly (string Name, Func<string, Random, string> Apply)[] Separators =
    [
        ("together", (text, _) => text),
        ("tags", (text, random) => Between(
            text, random, "<b>", "</b>", "<!-- a > b -->", "<a title=\"x>y\">", "<style>p{}</style>", "<br/>")),
        ("lines", (text, random) => Between(
            text, random, "\r\n", "\r\n> ", " ", "\u200b", "\u00ad", "&shy;", "&#8203;")),
    ];

    static readonly (string Name, Func<string, Random, string> Apply)[] Parts =
    [
        ("7bit", (text, _) => $"Content-Type: text/plain\r\n\r\n{text}\r\n"),
        ("html", (text, _) => $"Content-Type: text/html\r\n\r\n<html><p>The key: {text} .</html>\r\n"),
        ("quoted-printable part", (text, random) =>
            "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
            + Quoted(text, random)),
        ("base64 part", (text, random) =>
            "Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + Wrapped(new string('y', random.Next(20_000)) + " " + text, random.Next(2) == 0 ? 76 : 75)),
        ("UTF-16 attachment", (text, _) =>
            "Content-Type: text/csv; charset=utf-16\r\nContent-Disposition: attachment; filename=k.csv\r\n"
            + $"Content-Transfer-Encoding: base64\r\n\r\n{Wrapped(Encoding.Unicode.GetBytes("\ufeff" + text), 76)}"),
    ];

    [OneTimeSetUp]
    public async Task CreateAsync()
    {
        _mail = await Mailbox.CreateAsync();
        _database = new(
            DatabaseSettings.Parse(_mail.ConnectionString), new(), NullLogger.Instance, TimeProvider.System);
        _secret = (await CreateKeyAsync()).Secret;
    }

    [OneTimeTearDown]
    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        await _mail.DisposeAsync();
    }

    [Test]
    public async Task A_key_is_found_in_every_encoding_and_at_every_depth()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < Messages; i++)
        {
            var (path, text) = Generate(_secret, random);
            Assert.That(
                await IsFoundAsync(text),
                $"seed {seed}, message {i}: {path}\n{text[^Math.Min(text.Length, 1000)..]}");
        }
    }

    [Test]
    public async Task What_is_no_key_of_this_server_is_never_found()
    {
        var random = new Random(1);
        for (var i = 0; i < Messages; i++)
        {
            var (path, text) = Generate(KeySecret.New(), random);
            Assert.That(await IsFoundAsync(text), Is.False, path);
        }
        // Other characters in its place, or one more or less.
        foreach (var text in new[] { _secret[..^1], _secret.ToUpperInvariant(), _secret[6..], _secret.Insert(20, "x") })
        {
            Assert.That(await IsFoundAsync($"Subject: x\r\n\r\nIs it {text}?\r\n"), Is.False, text);
        }
    }

    [TestCase("Subject: =?utf-8?Q?{0}?=\r\n =?utf-8?Q?{1}?=", true)]
    [TestCase("Subject: =?utf-8?B?{0}?=\r\n =?utf-8?B?{1}?=", false)]
    [TestCase("To: =?us-ascii?q?{0}?= =?us-ascii?q?{1}?= <bob@example.test>", true)]
    public async Task A_key_is_found_in_encoded_words(string field, bool isQ)
    {
        var halves = new[] { _secret[..20], _secret[20..] }.Select(half =>
            isQ ? Hex(half, "=") : Convert.ToBase64String(Encoding.UTF8.GetBytes(half))).ToArray();
        var header = string.Format(CultureInfo.InvariantCulture, field, halves);
        Assert.That(await IsFoundAsync($"{header}\r\n\r\nbody\r\n"));
        Assert.That(await IsFoundAsync(Nested($"{header}\r\n\r\nbody\r\n", 3)));
    }

    [TestCase("filename*0=\"{0}\"; filename*1=\"{1}\"")]
    [TestCase("filename*0*=utf-8''{2}; filename*1*={3}")]
    public async Task A_key_is_found_in_file_names(string parameters)
    {
        var (first, second) = (_secret[..10], _secret[10..]);
        var name = string.Format(
            CultureInfo.InvariantCulture, parameters, first, second, Hex(first, "%"), Hex(second, "%"));
        Assert.That(await IsFoundAsync(
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: application/octet-stream\r\n"
            + $"Content-Disposition: attachment; {name}\r\n\r\nx\r\n--b--\r\n"));
    }

    [Test]
    public async Task A_key_of_another_length_is_found_where_it_stands_whole()
    {
        const string Secret = "ap_sk_aKeyOfTheSettingsThatSomebodyHasWrittenByHimself";
        await CreateKeyAsync(Secret);
        Assert.That(await IsFoundAsync($"Subject: x\r\n\r\nThe key is {Secret}.\r\n"));
        Assert.That(await IsFoundAsync($"Subject: x\r\n\r\n{Hex(Secret, "=")}\r\n"));
    }

    [Test]
    public async Task A_revoked_key_is_not_found()
    {
        var key = await CreateKeyAsync();
        await _mail.Store.Accounts.RevokeKeyAsync(key.Key.Id, default);
        Assert.That(await IsFoundAsync($"Subject: x\r\n\r\n{key.Secret}\r\n"), Is.False);
    }

    [Test]
    public async Task A_submission_with_a_key_is_rejected_and_the_reason_does_not_repeat_it()
    {
        await using var message = await _mail.ReceiveAsync(
            $"From: ann@example.test\r\n\r\n{Convert.ToBase64String(Encoding.ASCII.GetBytes(_secret))}\r\n");
        Assert.That(
            async () => await _mail.Store.Submissions.SubmitAsync(
                new(_mail.Inbox, "ann@example.test", ["ann@example.test"], default, message), default),
            Throws.TypeOf<SendRefusedException>().With.Message.StartsWith("the message holds the secret of the key key_")
                .And.Message.Not.Contains(_secret));
        Assert.That(await _mail.CountAsync("messages"), Is.Zero);
    }

    // Pieces that make each stage begin again and again. What they allocate is what they hold or do again.
    [TestCase("ap_sk_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n")]
    [TestCase("YXBfc2tf")]
    [TestCase("&#97;=41%41\\u0041")]
    [TestCase("<b c=\"'\">x</b>")]
    [TestCase("<!-- ")]
    [TestCase("<a b=\"")]
    [TestCase("&&&&")]
    [TestCase("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo0Mg==\r\n")]
    [TestCase("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo0MgAAAAAA\r\n")]
    [TestCase("\u0001&\u0002=\u0003<\u0004")]
    public void Reading_a_long_text_holds_little_of_it(string piece)
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(piece, (4 << 20) / piece.Length)));
        var finder = new SecretFinder([], SecretFinder.MaxDepth);
        var before = GC.GetAllocatedBytesForCurrentThread();
        finder.Write(text);
        finder.End();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(text.Length * 10));
    }

    [FsCheck.NUnit.Property]
    public bool The_result_does_not_depend_on_the_pieces_and_nothing_makes_it_fail(byte[] noise, byte seed)
    {
        var random = new Random(seed);
        var text = Encoding.UTF8.GetBytes(Generate(KeySecret.New(), random).Text);
        foreach (var octet in noise)
        {
            // Mostly characters that mean something.
            text[random.Next(text.Length)] = octet < 128 ? octet : "=%&\\<>#;xu\r\n_+/-\"'!?\0"u8.ToArray()[octet % 20];
        }
        var whole = Find(text, text.Length);
        return whole.SetEquals(Find(text, 1)) && whole.SetEquals(Find(text, 7));
    }

    static HashSet<string> Find(byte[] text, int piece)
    {
        var found = new HashSet<string>();
        var finder = new SecretFinder(found, SecretFinder.MaxDepth);
        foreach (var part in text.Chunk(piece))
        {
            finder.Write(part);
        }
        finder.End();
        return found;
    }

    Task<NewKey> CreateKeyAsync(string? secret = null) =>
        _mail.Store.Accounts.CreateKeyAsync(new(Scope.All, [], "leak", null, secret), default);

    async Task<bool> IsFoundAsync(string text)
    {
        await using var message = await _mail.ReceiveAsync("From: ann@example.test\r\n" + text);
        return await KeyLeakScanner.FindAsync(_database, message, DateTimeOffset.UtcNow, default) is not null;
    }

    static (string Path, string Text) Generate(string secret, Random random)
    {
        var (separator, separate) = Separators[random.Next(Separators.Length)];
        var path = new List<string> { separator };
        var text = separate(secret, random);
        for (var i = random.Next(3); i > 0; i--)
        {
            var (name, apply) = Texts[random.Next(Texts.Length)];
            path.Add(name);
            text = apply(text, random);
        }
        var (part, wrap) = Parts[random.Next(Parts.Length)];
        path.Add(part);
        text = wrap(text, random);
        var depth = random.Next(4);
        path.Add($"depth {depth}");
        return (string.Join(", ", path), Nested(text, depth));
    }

    // A multipart, and a message within, by turns.
    static string Nested(string part, int depth)
    {
        for (var i = 0; i < depth; i++)
        {
            part = i % 2 == 0
                ? $"Content-Type: multipart/mixed; boundary=b{i}\r\n\r\n--b{i}\r\n\r\nx\r\n"
                    + $"--b{i}\r\n{part}\r\n--b{i}--\r\n"
                : $"Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n{part}";
        }
        return part;
    }

    static string Between(string text, Random random, params string[] pieces) =>
        string.Concat(text.Select(c => random.Next(4) == 0 ? pieces[random.Next(pieces.Length)] + c : $"{c}"));

    static string Hex(string text, string start) =>
        string.Concat(Encoding.UTF8.GetBytes(text).Select(octet => $"{start}{octet:X2}"));

    static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    static string Quoted(string text, Random random)
    {
        var quoted = new StringBuilder();
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            quoted.Append(octet is (byte)'=' or > 126 || random.Next(3) == 0 ? $"={octet:X2}" : $"{(char)octet}");
            quoted.Append(random.Next(20) == 0 ? "=\r\n" : "");
        }
        return quoted.ToString();
    }

    static string Wrapped(string text, int width) => Wrapped(Encoding.UTF8.GetBytes(text), width);

    static string Wrapped(byte[] text, int width) =>
        string.Join("\r\n", Convert.ToBase64String(text).Chunk(width).Select(line => new string(line)));
}
