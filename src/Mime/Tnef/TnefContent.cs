using System.Globalization;
using AgentPost.Mime.Characters;
using AgentPost.Mime.Structure;
using MimeKit.Tnef;

namespace AgentPost.Mime.Tnef;

/// <summary>
/// Finds the files and the message text in TNEF content (MS-OXTNEF), including those of messages inside it. Keeps only
/// offsets, so memory is bounded by the number of files.
/// </summary>
sealed class TnefContent
{
    const int MaxFiles = 500;
    const int MaxDepth = 5;
    const int MaxNameBytes = 4096;

    /// <summary>An embedded message starts with the id of its interface.</summary>
    const int InterfaceIdBytes = 16;

    /// <summary>The value of a property of variable length starts with its length.</summary>
    const int LengthBytes = 4;

    /// <summary>Maximum number of inner messages. Each one requires reading the content up to it.</summary>
    const int MaxMessages = 16;

    readonly Func<long, long, Stream> _open;
    readonly byte[] _skipped = new byte[4096];
    int _messages;
    readonly List<EmbeddedFile> _files = [];
    EmbeddedText? _text;

    TnefContent(Func<long, long, Stream> open) => _open = open;

    public IReadOnlyList<EmbeddedFile> Files => _files;

    /// <summary>The text of the outermost message: HTML if it has it, otherwise plain text, otherwise RTF.</summary>
    public EmbeddedText? Text => _text;

    /// <summary>Reads TNEF content. Returns null if it is malformed.</summary>
    /// <param name="open">Opens a range of the content.</param>
    public static TnefContent? Read(Func<long, long, Stream> open, long size)
    {
        var content = new TnefContent(open);
        return content.TryRead(0, size, depth: 0) ? content : null;
    }

    bool TryRead(long start, long size, int depth)
    {
        if (++_messages > MaxMessages)
        {
            return false;
        }
        using (var guarded = _open(start, size))
        {
            if (size > int.MaxValue || !new TnefGuard(guarded).IsSound())
            {
                return false;
            }
        }
        var (files, text) = (_files.Count, _text);
        try
        {
            using var reader = new TnefReader(_open(start, size), 0, TnefComplianceMode.Loose);
            new Level(this, reader, start, depth).Read();
            return true;
        }
        catch (Exception broken) when (broken is TnefException or IOException or FormatException or ArgumentException or InvalidOperationException or NotSupportedException)
        {
            _files.RemoveRange(files, _files.Count - files);
            _text = text;
            return false;
        }
    }

    void Add(EmbeddedFile file)
    {
        if (_files.Count < MaxFiles)
        {
            _files.Add(file);
        }
    }

    /// <summary>One message: the outermost one, or an attached one.</summary>
    sealed class Level(TnefContent content, TnefReader reader, long start, int depth)
    {
        EmbeddedText? _plain;
        EmbeddedText? _html;
        EmbeddedText? _rtf;
        File? _file;

        TnefPropertyReader Property => reader.TnefPropertyReader;

        public void Read()
        {
            while (reader.ReadNextAttribute())
            {
                if (reader.AttributeLevel == TnefAttributeLevel.Message)
                {
                    ReadMessage();
                }
                else
                {
                    ReadAttachment();
                }
            }
            End();
            content._text ??= _html ?? _plain ?? _rtf;
        }

        void ReadMessage()
        {
            switch (reader.AttributeTag)
            {
                case TnefAttributeTag.Body:
                    _plain ??= new(EmbeddedTextKind.Plain, Charset(), start + reader.AttributeRawValueStreamOffset, reader.AttributeRawValueLength);
                    break;
                case TnefAttributeTag.MapiProperties:
                    while (Property.ReadNextProperty())
                    {
                        ReadMessageProperty(Property.PropertyTag);
                    }
                    break;
            }
        }

        void ReadMessageProperty(TnefPropertyTag tag)
        {
            switch (tag.Id)
            {
                case TnefPropertyId.Body when IsString(tag):
                    _plain = ValueText(EmbeddedTextKind.Plain, tag);
                    break;
                case TnefPropertyId.BodyHtml when IsString(tag) || tag.ValueTnefType == TnefPropertyType.Binary:
                    _html = ValueText(EmbeddedTextKind.Html, tag);
                    break;
                case TnefPropertyId.RtfCompressed when tag.ValueTnefType == TnefPropertyType.Binary:
                    _rtf = ValueText(EmbeddedTextKind.Rtf, tag);
                    break;
            }
        }

        EmbeddedText? ValueText(EmbeddedTextKind kind, TnefPropertyTag tag)
        {
            if (!TryValue(out var offset, out var size) || size == 0)
            {
                return null;
            }
            // The bytes of HTML declare their own charset.
            var charset = tag.ValueTnefType == TnefPropertyType.Unicode ? "utf-16le" : kind == EmbeddedTextKind.Html ? null : Charset();
            return new(kind, charset, offset, size);
        }

        string Charset() => string.Create(CultureInfo.InvariantCulture, $"cp{reader.MessageCodepage}");

        void ReadAttachment()
        {
            switch (reader.AttributeTag)
            {
                case TnefAttributeTag.AttachRenderData:
                    End();
                    _file = new File();
                    break;
                case TnefAttributeTag.AttachTitle when _file is not null && reader.AttributeRawValueLength <= MaxNameBytes:
                    _file.ShortName = Property.ReadValueAsString();
                    break;
                case TnefAttributeTag.AttachData when _file is not null:
                    (_file.Offset, _file.Size) = (start + reader.AttributeRawValueStreamOffset, reader.AttributeRawValueLength);
                    break;
                case TnefAttributeTag.Attachment when _file is not null:
                    while (Property.ReadNextProperty())
                    {
                        ReadFileProperty(_file, Property.PropertyTag);
                    }
                    break;
            }
        }

        void ReadFileProperty(File file, TnefPropertyTag tag)
        {
            switch (tag.Id)
            {
                case TnefPropertyId.AttachLongFilename:
                    file.Name = Name(tag) ?? file.Name;
                    break;
                case TnefPropertyId.AttachFilename:
                    file.ShortName = Name(tag) ?? file.ShortName;
                    break;
                case TnefPropertyId.DisplayName:
                    file.DisplayName = Name(tag);
                    break;
                case TnefPropertyId.AttachMimeTag:
                    file.Type = Name(tag);
                    break;
                case TnefPropertyId.AttachContentId:
                    file.ContentId = Name(tag)?.Trim('<', '>', ' ');
                    break;
                case TnefPropertyId.AttachMethod when tag.ValueTnefType == TnefPropertyType.Long:
                    file.IsMessage = Property.ReadValueAsInt32() == (int)TnefAttachMethod.EmbeddedMessage;
                    break;
                case TnefPropertyId.AttachData when tag.ValueTnefType is TnefPropertyType.Binary or TnefPropertyType.Object && TryValue(out var offset, out var size):
                    (file.Offset, file.Size) = (offset, size);
                    break;
            }
        }

        string? Name(TnefPropertyTag tag) =>
            IsString(tag) && Property.RawValueLength <= MaxNameBytes && DisplayText.Clean(Property.ReadValueAsString()) is { Length: > 0 } name ? name : null;

        static bool IsString(TnefPropertyTag tag) => !tag.IsMultiValued && tag.ValueTnefType is TnefPropertyType.String8 or TnefPropertyType.Unicode;

        // Finds the first value of the property.
        bool TryValue(out long offset, out long size)
        {
            (offset, size) = (0, 0);
            if (Property.ValueCount < 1)
            {
                return false;
            }
            offset = start + Property.RawValueStreamOffset + LengthBytes;
            // The raw length includes padding, and only the stream knows how much.
            using var value = Property.GetRawValueReadStream();
            int read;
            while ((read = value.Read(content._skipped, 0, content._skipped.Length)) > 0)
            {
                size += read;
            }
            return true;
        }

        void End()
        {
            if (_file is not { Offset: > 0 } file)
            {
                _file = null;
                return;
            }
            _file = null;
            var files = content._files.Count;
            var isRead = file.IsMessage && depth < MaxDepth && file.Size > InterfaceIdBytes
                && content.TryRead(file.Offset + InterfaceIdBytes, file.Size - InterfaceIdBytes, depth + 1) && content._files.Count > files;
            if (!isRead)
            {
                content.Add(file.ToEmbedded());
            }
        }
    }

    /// <summary>A file while its attributes are read.</summary>
    sealed class File
    {
        public string? Name { get; set; }
        public string? ShortName { get; set; }
        public string? DisplayName { get; set; }
        public string? Type { get; set; }
        public string? ContentId { get; set; }
        public bool IsMessage { get; set; }
        public long Offset { get; set; }
        public long Size { get; set; }

        public EmbeddedFile ToEmbedded()
        {
            var isMessage = IsMessage && Size > InterfaceIdBytes;
            var name = Name ?? (ShortName is { } shortName && DisplayText.Clean(shortName) is { Length: > 0 } clean ? clean : DisplayName);
            var type = isMessage ? "application/ms-tnef" : MediaTypeOf(Type);
            return new(name, type, string.IsNullOrEmpty(ContentId) ? null : ContentId, isMessage ? Offset + InterfaceIdBytes : Offset, isMessage ? Size - InterfaceIdBytes : Size);
        }

        static string MediaTypeOf(string? type) =>
            type?.Split('/') is [{ Length: > 0 } main, { Length: > 0 } sub] && IsToken(main.Trim()) && IsToken(sub.Trim())
                ? $"{main.Trim()}/{sub.Trim()}".ToLowerInvariant()
                : "application/octet-stream";

        static bool IsToken(string name) => name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '+' or '_');
    }
}
