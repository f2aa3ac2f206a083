namespace AgentPost.Support.Transcripts;

/// <summary>How the lines of the client are sent.</summary>
public enum TranscriptPace
{
    /// <summary>Lines that follow one another in one packet.</summary>
    Packets,

    /// <summary>Every octet in a TLS record of its own.</summary>
    Octets,
}
