using System.Buffers;
using System.Text;

namespace AgentPost.Store.Addresses;

/// <summary>What names and addresses ask of text.</summary>
static class Unicode
{
    /// <summary>False if half a surrogate pair stands alone: such text can neither be normalized nor stored.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out var consumed) != OperationStatus.Done)
            {
                return false;
            }
            text = text[consumed..];
        }
        return true;
    }
}
