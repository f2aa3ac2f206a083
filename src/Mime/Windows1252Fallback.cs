using System.Text;

namespace AgentPost.Mime;

/// <summary>Decodes octets that are no UTF-8 as the windows-1252 characters they most likely are.</summary>
sealed class Windows1252Fallback : DecoderFallback
{
    // What windows-1252 has in place of the C1 controls of Latin-1, which stand for nothing in mail.
    const string From80 = "€\uFFFD‚ƒ„…†‡ˆ‰Š‹Œ\uFFFDŽ\uFFFD\uFFFD‘’“”•–—˜™š›œ\uFFFDžŸ";

    public override int MaxCharCount => 3;

    public override DecoderFallbackBuffer CreateFallbackBuffer() => new Octets();

    sealed class Octets : DecoderFallbackBuffer
    {
        byte[] _octets = [];
        int _next;

        public override int Remaining => _octets.Length - _next;

        public override bool Fallback(byte[] bytesUnknown, int index)
        {
            _octets = [.. bytesUnknown];
            _next = 0;
            return _octets.Length > 0;
        }

        // NUL means the end here.
        public override char GetNextChar()
        {
            if (Remaining == 0)
            {
                return '\0';
            }
            var octet = _octets[_next++];
            return octet < 0x80 ? '\uFFFD' : octet < 0xA0 ? From80[octet - 0x80] : (char)octet;
        }

        public override bool MovePrevious()
        {
            if (_next == 0)
            {
                return false;
            }
            _next--;
            return true;
        }

        public override void Reset()
        {
            _octets = [];
            _next = 0;
        }
    }
}
