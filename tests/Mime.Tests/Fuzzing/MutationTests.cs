namespace AgentPost.Mime.Tests.Fuzzing;

/// <summary>No message breaks the scanner; ./agentpost fuzz mime looks for longer.</summary>
sealed class MutationTests
{
    const int Messages = 1_500;

    [Test]
    public void Mutated_messages_break_no_law([Values(1, 2, 3, 4)] int seed)
    {
        var mutation = new MessageMutation(seed);
        for (var i = 0; i < Messages; i++)
        {
            var message = mutation.Next();
            Assert.That(ScanLaws.Breach(message), Is.Null, () => $"seed {seed}, message {i}: {Convert.ToBase64String(message)}");
        }
    }
}
