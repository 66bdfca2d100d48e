using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Shop.ArchitectureTests.Docs;

/// <summary>First sentences of the summaries that stand above types and members.</summary>
public sealed partial class XmlDocs
{
    private readonly Dictionary<string, string> _summaries = [];

    /// <summary>Reads the documentation files beside these assemblies.</summary>
    public XmlDocs(IEnumerable<System.Reflection.Assembly> assemblies)
    {
        foreach (var path in assemblies.Select(a => Path.ChangeExtension(a.Location, ".xml")).Where(File.Exists))
        foreach (var member in XDocument.Load(path).Descendants("member"))
            if (member.Element("summary") is { } summary)
                _summaries[member.Attribute("name")!.Value] = FirstSentence(Text(summary));
    }

    /// <summary>A type's summary; empty when it has none.</summary>
    public string Of(Type type) => _summaries.GetValueOrDefault("T:" + type.FullName?.Replace('+', '.'), "");

    /// <summary>A property's summary; empty when it has none.</summary>
    public string Of(System.Reflection.PropertyInfo property) =>
        _summaries.GetValueOrDefault($"P:{property.DeclaringType!.FullName?.Replace('+', '.')}.{property.Name}", "");

    private static string Text(XElement element) => Spaces().Replace(string.Concat(element.Nodes().Select(Text)), " ").Trim();

    private static string Text(XNode node) =>
        node switch
        {
            XText text => text.Value,
            XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
            XElement reference when reference.Attribute("cref") is { } cref => $"`{cref.Value.Split('.')[^1].Split('`')[0]}`",
            XElement reference when reference.Attribute("name") is { } name => $"`{name.Value}`",
            XElement inner => Text(inner),
            _ => "",
        };

    private static string FirstSentence(string text) => Sentence().Match(text) is { Success: true } m ? m.Value : text;

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    // A full stop inside of a word, a number or an abbreviation ends nothing.
    [GeneratedRegex(@"^.+?[.:!?](?=\s+[A-Z`]|$)")]
    private static partial Regex Sentence();
}
