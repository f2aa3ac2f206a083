using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.Wire;

namespace AgentPost.Protocol.Imap.Commands.Connection;

/// <summary>COMPRESS (RFC 4978): after the tagged OK, both sides use DEFLATE.</summary>
sealed record CompressCommand : AuthenticatedCommand
{
    // compress = "COMPRESS" SP algorithm; algorithm = "DEFLATE"
    public static CompressCommand Parse(ref CommandParser parser)
    {
        parser.Sp();
        if (!parser.TryAtom("DEFLATE"u8))
        {
            throw parser.Expected("DEFLATE");
        }
        parser.End();
        return new();
    }

    public override ValueTask<Completion> ExecuteAsync(AuthenticatedContext context, CancellationToken cancellation) => new(context.IsCompressed
        ? Completion.No(ResponseCode.CompressionActive, "DEFLATE is active already")
        : Completion.Ok("DEFLATE is active from here on") with { BeginsCompression = true });
}
