using System.Xml.Linq;

namespace Shop.ArchitectureTests.Model;

/// <summary>A csproj: what it says, not what was built from it.</summary>
/// <param name="Path">From the root of the repository.</param>
/// <param name="ProjectReferences">Names of the referenced projects.</param>
/// <param name="PackageReferences">Names of the referenced packages.</param>
/// <param name="OtherWays">Whatever else brings foreign code in: Reference, Import, linked Compile items.</param>
public sealed record ProjectFile(
    string Path,
    IReadOnlyList<string> ProjectReferences,
    IReadOnlyList<string> PackageReferences,
    IReadOnlyList<string> OtherWays
)
{
    /// <summary>The project's name.</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>Reads a project file.</summary>
    public static ProjectFile Parse(string path, string xml)
    {
        var elements = XDocument.Parse(xml).Descendants().ToArray();
        return new(
            path,
            [.. Includes("ProjectReference").Select(i => System.IO.Path.GetFileNameWithoutExtension(i.Replace('\\', '/')))],
            [.. Includes("PackageReference")],
            [
                .. Includes("Reference"),
                .. Includes("Compile").Where(i => i.Contains("..")),
                .. Includes("InternalsVisibleTo").Where(i => i != System.IO.Path.GetFileNameWithoutExtension(path) + ".Tests"),
                .. elements.Where(e => e.Name.LocalName == "Import").Select(e => e.Attribute("Project")?.Value ?? "Import"),
            ]
        );

        IEnumerable<string> Includes(string item) =>
            elements.Where(e => e.Name.LocalName == item).Select(e => e.Attribute("Include")?.Value).OfType<string>();
    }
}
