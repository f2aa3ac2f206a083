using AgentPost.Store;
using AgentPost.Support;
using AgentPost.Support.Transcripts;

namespace AgentPost.EndToEnd.Tests;

/// <summary>Each file of tests/Transcripts is a case: <c>imap/…</c>, <c>smtp/…</c>, <c>mx/…</c>, <c>lmtp/…</c>.</summary>
sealed class TranscriptTests
{
    static readonly string Folder = Path.Combine(Repository.Root, "tests", "Transcripts");
    static readonly string MailFolder = Path.Combine(Folder, "mail");

    TestDatabase? _database;
    DnsServer? _dns;
    MailStore? _store;
    ProgramUnderTest? _program;
    ITranscriptServer? _server;

    [OneTimeSetUp]
    public async Task Start()
    {
        _server = OracleServer.FromEnvironment();
        if (_server is null)
        {
            _database = await Databases.CreateAsync();
            _dns = await DnsServer.StartAsync(await File.ReadAllLinesAsync(Path.Combine(Folder, "dns.conf")));
            // The files run one after the other from one address, wrong logins and unfinished connections among them.
            _program = await ProgramUnderTest.StartAsync(
                _database.ConnectionString,
                ("AGENTPOST_LIMITS__CONNECTIONSPERADDRESS", "unlimited"),
                ("AGENTPOST_DNS__SERVERS", _dns.EndPoint.ToString()),
                ("AGENTPOST_LMTP__TRUSTEDAUTHSERV", "front.test"),
                ("AGENTPOST_LIMITS__INBOUNDMESSAGESPERMINUTEPERADDRESS", "unlimited"),
                ("AGENTPOST_LIMITS__INBOXSIZE", "1048576"),
                ("AGENTPOST_LIMITS__INBOXMESSAGES", "30"));
            _store = await _database.OpenStoreAsync();
            _server = new AgentPostServer(_program, _store);
        }
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }
        if (_program is not null)
        {
            await _program.DisposeAsync();
        }
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
        if (_dns is not null)
        {
            await _dns.DisposeAsync();
        }
    }

    [TestCaseSource(nameof(Files))]
    public async Task Transcript(string name)
    {
        var transcript = Load(name);
        var differs = OracleServer.FromEnvironment() is null ? null : transcript.OracleDiffers;
        if (differs is null)
        {
            await PlayAsync(transcript, TranscriptPace.Packets);
        }
        else
        {
            // A difference that is none (any more) must not stay in the file.
            Assert.That(() => PlayAsync(transcript, TranscriptPace.Packets), Throws.TypeOf<TranscriptException>(), $"oracle differs: {differs}");
        }
    }

    [TestCaseSource(nameof(OctetFiles))]
    public async Task Octet_by_octet(string name) => await PlayAsync(Load(name), TranscriptPace.Octets);

    static IEnumerable<TestCaseData> Files() => Names().Select(name => new TestCaseData(name).SetName(name));

    // Not those of MX: two of them show what happens when a client sends too much at once.
    static IEnumerable<TestCaseData> OctetFiles() => OracleServer.FromEnvironment() is null
        ? Names().Where(name => !name.StartsWith("mx/", StringComparison.Ordinal)).Select(name => new TestCaseData(name).SetName("octets/" + name))
        : [];

    static IEnumerable<string> Names() => Directory.EnumerateFiles(Folder, "*.txt", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal)
        .Select(file => Path.ChangeExtension(Path.GetRelativePath(Folder, file), null).Replace('\\', '/'))
        .Where(name => OracleServer.FromEnvironment() is null || (IsImap(name) && !Load(name).NeedsAgentPost));

    static bool IsImap(string name) => name.StartsWith("imap/", StringComparison.Ordinal);

    static Transcript Load(string name) => Support.Transcripts.Transcript.Load(Path.Combine(Folder, name + ".txt"), name);

    async Task PlayAsync(Transcript transcript, TranscriptPace pace)
    {
        var kind = transcript.Name[..transcript.Name.IndexOf('/', StringComparison.Ordinal)];
        await using var player = new TranscriptPlayer(transcript, _server!, MailFolder, kind, pace);
        await player.PlayAsync();
    }
}
