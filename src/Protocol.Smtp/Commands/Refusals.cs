using AgentPost.Protocol.Smtp.Session;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>Refusals that more than one command gives.</summary>
static class Refusals
{
    public static Reply TooBig(long limit) => new(552, "5.3.4", $"The message is larger than {limit} octets");

    public static Reply TakesNoArguments(string verb) => new(501, "5.5.4", $"{verb} takes no arguments");
}
