using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests;

/// <summary>For fixtures whose tests share one program on a database of its own.</summary>
abstract class RunningProgram
{
    TestDatabase? _database;
    ProgramUnderTest? _program;

    protected ProgramUnderTest Program => _program ?? throw new InvalidOperationException("The program has not started.");

    protected TestDatabase Database => _database ?? throw new InvalidOperationException("There is no database yet.");

    /// <summary>What the program is told besides, as environment variables.</summary>
    protected virtual (string Name, string Value)[] Settings => [];

    [OneTimeSetUp]
    public async Task StartProgram()
    {
        _database = await Databases.CreateAsync();
        _program = await ProgramUnderTest.StartAsync(_database.ConnectionString, Settings);
    }

    [OneTimeTearDown]
    public async Task StopProgram()
    {
        if (_program is not null)
        {
            await _program.DisposeAsync();
        }
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }
}
