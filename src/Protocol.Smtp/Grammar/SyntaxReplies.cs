using AgentPost.Protocol.Smtp.Wire;

namespace AgentPost.Protocol.Smtp.Grammar;

/// <summary>Replies to syntax errors that several commands share.</summary>
static class SyntaxReplies
{
    public static Reply NoAddress { get; } =
        new(501, "5.1.3", "The recipient must be a complete address in angle brackets");

    public static Reply UnknownParameter(string parameter) => new(555, "5.5.4", $"Unknown parameter {parameter}");

    public static Reply TakesNoArguments(string verb) => new(501, "5.5.4", $"{verb} takes no arguments");
}
