using System.Text;
using AgentPost.Mime.Characters;

namespace AgentPost.Mime.Text;

/// <summary>
/// Joins the lines of format=flowed (RFC 3676): a line that ends in a space continues on the next line of the same
/// quote depth. Space-stuffing is removed. Quote marks become one "&gt;" for each level, and a space.
/// </summary>
/// <param name="output">Text whose lines end in LF.</param>
/// <param name="delSp">True if the space at a soft line end is not part of the text (RFC 3676 §4.1, DelSp).</param>
sealed class FlowedText(StringBuilder output, bool delSp) : ITextFilter
{
    /// <summary>Maximum quote depth; deeper quotes are shown at this depth.</summary>
    const int MaxDepth = 32;

    // The signature separator is fixed, although it ends in a space (RFC 3676 §4.3).
    const string SignatureLine = "-- ";

    int _depth;
    int _lastDepth;
    int _column;
    int _signature;
    bool _isContinued;
    bool _isStuffed;
    bool _hasBlank;
    bool _hasReturn;

    public void Write(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (c == '\n')
            {
                EndLine();
            }
            else if (c == '\r')
            {
                _hasReturn = true;
            }
            else
            {
                if (_hasReturn)
                {
                    Read(' ');
                }
                _hasReturn = false;
                Read(c);
            }
        }
    }

    public void Complete()
    {
        StartText();
        if (_hasBlank)
        {
            output.Append(' ');
        }
    }

    // *">" [SP] text
    void Read(char c)
    {
        if (_column == 0 && !_isStuffed && c == '>')
        {
            _depth++;
            return;
        }
        if (_column == 0 && !_isStuffed && c == ' ')
        {
            _isStuffed = true;
            return;
        }
        StartText();
        if (_hasBlank)
        {
            output.Append(' ');
        }
        _hasBlank = c == ' ';
        if (!_hasBlank)
        {
            output.Append(c);
        }
        _signature = _signature == _column && _column < SignatureLine.Length && c == SignatureLine[_column] ? _signature + 1 : -1;
        _column++;
    }

    // Before the first character of a line: ends the previous line unless it continues here.
    void StartText()
    {
        if (_column > 0)
        {
            return;
        }
        if (_isContinued && _depth != _lastDepth)
        {
            // Improper: the paragraph ends at a change of depth (RFC 3676 §4.5).
            output.Append('\n');
            _isContinued = false;
        }
        if (!_isContinued && _depth > 0)
        {
            output.Append('>', Math.Min(_depth, MaxDepth)).Append(' ');
        }
        _lastDepth = _depth;
    }

    void EndLine()
    {
        if (_isContinued && _column == 0)
        {
            // An empty line ends a paragraph whose last line ends in a space.
            output.Append('\n');
            _isContinued = false;
        }
        StartText();
        var isSignature = _signature == SignatureLine.Length && _column == SignatureLine.Length;
        var flows = _hasBlank && !isSignature;
        if (_hasBlank && !(flows && delSp))
        {
            output.Append(' ');
        }
        if (!flows)
        {
            output.Append('\n');
        }
        _isContinued = flows;
        _depth = _column = _signature = 0;
        _isStuffed = _hasBlank = _hasReturn = false;
    }
}
