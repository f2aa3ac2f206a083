using System.Globalization;
using MimeKit.Text;

namespace AgentPost.Mime.Html;

/// <summary>The properties of an element's style that decide whether its text is visible.</summary>
/// <param name="IsRemoved">True if it is not shown at all, with everything inside: display:none, outside of the page,
/// no height.</param>
/// <param name="IsTiny">True for a font of one pixel or less.</param>
/// <param name="Color">Color of the text. Null if it is not known.</param>
/// <param name="Background">Null if it is not known, for example if it is an image.</param>
sealed record ElementStyle(bool IsRemoved, bool IsTiny, string? Color, string? Background)
{
    const int MaxStyle = 4096;
    const double TinyPixels = 1;
    const double FarPixels = 900;

    public static readonly ElementStyle Page = new(false, false, "#000000", "#ffffff");

    public bool IsInvisible => IsRemoved || IsTiny || (Color is not null && Color == Background);

    /// <param name="hasStyleSheet">True if a style sheet can define classes.</param>
    public static ElementStyle Of(HtmlTagToken tag, ElementStyle outer, bool hasStyleSheet)
    {
        var style = outer;
        string? css = null;
        foreach (var attribute in tag.Attributes)
        {
            switch (attribute.Id)
            {
                case HtmlAttributeId.Style:
                    css ??= attribute.Value;
                    break;
                case HtmlAttributeId.BGColor:
                    style = style with { Background = ColorOf(attribute.Value) };
                    break;
                case HtmlAttributeId.Color when tag.Id == HtmlTagId.Font:
                    style = style with { Color = ColorOf(attribute.Value) };
                    break;
                case HtmlAttributeId.Background:
                    style = style with { Background = null };
                    break;
                case HtmlAttributeId.Class or HtmlAttributeId.Id when hasStyleSheet:
                    style = style with { Background = null };
                    break;
                default:
                    style = attribute.Name.ToLowerInvariant() switch
                    {
                        "hidden" => style with { IsRemoved = true },
                        "text" when tag.Id == HtmlTagId.Body => style with { Color = ColorOf(attribute.Value) },
                        _ => style,
                    };
                    break;
            }
        }
        return css is { Length: > 0 } ? Read(css[..Math.Min(css.Length, MaxStyle)], style) : style;
    }

    static ElementStyle Read(string css, ElementStyle style)
    {
        var (isFlat, isCut) = (false, false);
        var declarations = DeclarationsOf(css).ToList();
        var isMoved = declarations.Exists(one => one is ("position", "absolute" or "fixed"));
        foreach (var (name, value) in declarations)
        {
            isFlat |= name is "max-height" or "height" or "max-width" or "width" && Pixels(value) <= TinyPixels;
            isCut |= name == "overflow" && value == "hidden";
            style = name switch
            {
                "display" when value == "none" => style with { IsRemoved = true },
                "visibility" when value is "hidden" or "collapse" => style with { IsRemoved = true },
                "opacity" when Pixels(value) < 0.05 => style with { IsRemoved = true },
                "text-indent" when Pixels(value) < -FarPixels => style with { IsRemoved = true },
                "left" or "top" or "margin-left" or "margin-top" when (isMoved || name.StartsWith("margin", StringComparison.Ordinal)) && Pixels(value) < -FarPixels =>
                    style with { IsRemoved = true },
                "clip" when isMoved && value.Replace(" ", "", StringComparison.Ordinal) is "rect(0,0,0,0)" or "rect(0000)" or "rect(0px,0px,0px,0px)" =>
                    style with { IsRemoved = true },
                "font-size" => style with { IsTiny = IsTinyFont(value, style.IsTiny) },
                "color" => style with { Color = ColorOf(value) },
                "background-color" => style with { Background = ColorOf(value) },
                "background" or "background-image" => style with { Background = ColorOf(value) },
                _ => style,
            };
        }
        return isFlat && isCut ? style with { IsRemoved = true } : style;
    }

    static IEnumerable<(string Name, string Value)> DeclarationsOf(string css)
    {
        foreach (var declaration in css.Split(';'))
        {
            if (declaration.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
            {
                var value = declaration[(colon + 1)..].Replace("!important", "", StringComparison.OrdinalIgnoreCase);
                yield return (declaration[..colon].Trim().ToLowerInvariant(), value.Trim().ToLowerInvariant());
            }
        }
    }

    // "em" and "%" are relative to the enclosing font.
    static bool IsTinyFont(string value, bool outer)
    {
        var isRelative = value == "inherit" || value.EndsWith('%')
            || (value.EndsWith("em", StringComparison.Ordinal) && !value.EndsWith("rem", StringComparison.Ordinal));
        return isRelative ? outer || Pixels(value) == 0 : Pixels(value) <= TinyPixels;
    }

    // For example "0", "1px", ".5pt", "-9999px". Returns null for other units, unless the number is zero.
    static double? Pixels(string value)
    {
        var end = 0;
        while (end < value.Length && (char.IsAsciiDigit(value[end]) || value[end] is '.' or '-' or '+'))
        {
            end++;
        }
        if (!double.TryParse(value.AsSpan(0, end), NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }
        return value[end..].Trim() switch
        {
            "" or "px" => number,
            "pt" => number * 4 / 3,
            "em" or "rem" => number * 16,
            "%" when number == 0 => 0,
            _ => number == 0 ? 0 : null,
        };
    }

    // Returns "#fff", "white", "rgb(255, 255, 255)" as "#ffffff", and null for anything else.
    static string? ColorOf(string? text)
    {
        var color = text?.Trim().ToLowerInvariant() ?? "";
        switch (color)
        {
            case "white":
                return "#ffffff";
            case "black":
                return "#000000";
            case "transparent" or "rgba(0,0,0,0)" or "rgba(0, 0, 0, 0)":
                return null;
        }
        if (color is ['#', var r, var g, var b])
        {
            return $"#{r}{r}{g}{g}{b}{b}";
        }
        if (color is ['#', ..] && color.Length == 7)
        {
            return color;
        }
        if (color.StartsWith("rgb(", StringComparison.Ordinal) && color[4..].TrimEnd(')').Split(',') is [var red, var green, var blue]
            && byte.TryParse(red.Trim(), CultureInfo.InvariantCulture, out var redByte) && byte.TryParse(green.Trim(), CultureInfo.InvariantCulture, out var greenByte)
            && byte.TryParse(blue.Trim(), CultureInfo.InvariantCulture, out var blueByte))
        {
            return string.Create(CultureInfo.InvariantCulture, $"#{redByte:x2}{greenByte:x2}{blueByte:x2}");
        }
        return null;
    }
}
