using System.Globalization;
using System.Xml.Linq;

namespace AgentPost.Host.Setup;

/// <summary>
/// Apple's XML property list, version 1.0: a dictionary is a sequence of keys, each followed by its value.
/// </summary>
static class PropertyList
{
    public static XDocument Document(XElement root) => new(
        new XDocumentType("plist", "-//Apple//DTD PLIST 1.0//EN", "http://www.apple.com/DTDs/PropertyList-1.0.dtd", null),
        new XElement("plist", new XAttribute("version", "1.0"), root));

    /// <param name="entries">Values are text, integers, booleans, bytes, or elements built here.</param>
    public static XElement Dictionary(params (string Key, object Value)[] entries) =>
        new("dict", entries.SelectMany(entry => new[] { new XElement("key", entry.Key), Element(entry.Value) }));

    public static XElement Array(IEnumerable<XElement> items) => new("array", items);

    static XElement Element(object value) => value switch
    {
        XElement element => element,
        string text => new("string", text),
        int number => new("integer", number.ToString(CultureInfo.InvariantCulture)),
        bool truth => new(truth ? "true" : "false"),
        byte[] octets => new("data", Convert.ToBase64String(octets)),
        _ => throw new ArgumentException($"A property list holds no {value.GetType()}.", nameof(value)),
    };
}
