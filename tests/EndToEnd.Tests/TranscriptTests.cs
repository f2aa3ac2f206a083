using AgentPost.Store;
using AgentPost.Support;
using AgentPost.Support.Transcripts;

namespace AgentPost.EndToEnd.Tests;

/// <summary>Each file of tests/Transcripts is a case: <c>imap/…</c>, <c>smtp/…</c>.</summary>
sealed class TranscriptTests
{
    static readonly string Folder = Path.Combine(Repository.Root, "tests", "Transcripts");
    static readonly string MailFolder = Path.Combine(Folder, "mail");

    TestDatabase? _database;
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
            // The files run one after the other from one address, wrong logins and unfinished connections among them.
            _program = await ProgramUnderTest.StartAsync(_database.ConnectionString, ("AGENTPOST_LIMITS__CONNECTIONSPERADDRESS", "unlimited"));
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
    }

    [TestCaseSource(nameof(Files))]
    public async Task Transcript(string name)
    {
        var transcript = Support.Transcripts.Transcript.Load(Path.Combine(Folder, name + ".txt"), name);
        await using var player = new TranscriptPlayer(transcript, _server!, MailFolder, kind: name[..name.IndexOf('/', StringComparison.Ordinal)]);
        await player.PlayAsync();
    }

    static IEnumerable<TestCaseData> Files()
    {
        var oracle = OracleServer.FromEnvironment() is not null;
        return Directory.EnumerateFiles(Folder, "*.txt", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(file => Path.ChangeExtension(Path.GetRelativePath(Folder, file), null).Replace('\\', '/'))
            .Where(name => !oracle || IsForOracle(name))
            .Select(name => new TestCaseData(name).SetName(name));
    }

    static bool IsForOracle(string name)
    {
        var transcript = Support.Transcripts.Transcript.Load(Path.Combine(Folder, name + ".txt"), name);
        return name.StartsWith("imap/", StringComparison.Ordinal) && transcript.OracleDiffers is null && !transcript.NeedsAgentPost;
    }
}
