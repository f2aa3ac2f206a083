using System.Buffers;
using System.Text;

namespace AgentPost.Store.Addresses;

/// <summary>Checks text of names and addresses.</summary>
static class Unicode
{
    /// <summary>
    /// False if the text contains an unpaired surrogate. Such text can be neither normalized nor stored.
    /// </summary>
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
