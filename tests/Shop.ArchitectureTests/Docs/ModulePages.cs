using System.Globalization;
using System.Reflection;
using System.Text;
using Shop.ArchitectureTests.Model;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Contracts;

namespace Shop.ArchitectureTests.Docs;

/// <summary>Writes docs/modules from the map.</summary>
/// <param name="map">What was found.</param>
public sealed class ModulePages(ModuleMap map)
{
    private const string Notice = $"<!-- Generated from the code; a test compares it. Write it anew: {Approved.Command} -->\n";

    /// <summary>Name and text of each page.</summary>
    public IReadOnlyDictionary<string, string> All =>
        ShopModule.All.ToDictionary(m => $"{m.Name.ToLowerInvariant()}.md", Page).Append(new("README.md", Overview())).ToDictionary();

    /// <summary>The picture for the front page: who talks to whom.</summary>
    public string SmallGraph()
    {
        var text = new StringBuilder("```mermaid\nflowchart LR\n");
        foreach (var pair in map.Arrows.GroupBy(a => (a.From, a.To, Sign: Sign(a))).OrderBy(g => g.Key))
            text.Append(CultureInfo.InvariantCulture, $"  {pair.Key.From} {pair.Key.Sign} {pair.Key.To}\n");
        return text.Append("```\n").ToString();
    }

    private string Overview()
    {
        var text = new StringBuilder(Notice).Append("\n# Modules\n\n");
        text.Append("Solid arrows are events, thick ones commands, dotted ones queries; each points to whoever handles it.\n\n");
        text.Append("```mermaid\nflowchart LR\n");
        foreach (var module in ShopModule.All)
            text.Append(CultureInfo.InvariantCulture, $"  {module.Name}[\"{module.Name}\"]\n");
        foreach (var pair in map.Arrows.GroupBy(a => (a.From, a.To, Sign: Sign(a))).OrderBy(g => g.Key))
        {
            var names = string.Join("<br/>", pair.Select(a => a.Message.Name).Distinct().Order(StringComparer.Ordinal));
            text.Append(CultureInfo.InvariantCulture, $"  {pair.Key.From} {pair.Key.Sign}|\"{names}\"| {pair.Key.To}\n");
        }
        text.Append("```\n\n");
        Table(
            text,
            ["Module", "References Contracts of", "Routes", "Commands in", "Events out", "Tables"],
            ShopModule.All.Select(m =>
                new[]
                {
                    $"[{m.Name}]({m.Name.ToLowerInvariant()}.md)",
                    string.Join(", ", m.Definition.DependsOn.Order(StringComparer.Ordinal)),
                    Number(map.Endpoints.Count(e => e.Module == m.Name)),
                    Number(Contracts(m).Count(t => t.IsAssignableTo(typeof(ICommand)))),
                    Number(Contracts(m).Count(ModuleMap.IsEvent)),
                    Number(map.Tables[m.Schema].Count()),
                }
            )
        );
        return text.ToString();
    }

    private string Page(ShopModule module)
    {
        var text = new StringBuilder(Notice).Append(CultureInfo.InvariantCulture, $"\n# {module.Name}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Schema `{module.Schema}`, PostgreSQL role `{ModuleData.RoleOf(module.Schema)}`. ");
        text.Append(CultureInfo.InvariantCulture, $"References the Contracts of {Names(module.Definition.DependsOn)}; ");
        var users = ShopModule.All.Where(m => m.Definition.DependsOn.Contains(module.Name)).Select(m => m.Name);
        text.Append(CultureInfo.InvariantCulture, $"its own are referenced by {Names(users)}.\n");

        Section(
            text,
            "Routes",
            ["Route", "Name", "Who", "What"],
            map.Endpoints.Where(e => e.Module == module.Name).Select(e => new[] { $"`{e}`", e.Name ?? "", e.Caller, e.Summary ?? "" })
        );
        Section(
            text,
            "Commands in",
            ["Command", "Wire name", "Sent by", "What"],
            Contracts(module).Where(t => t.IsAssignableTo(typeof(ICommand))).Select(t => Row(t, Senders(t)))
        );
        Section(
            text,
            "Events out",
            ["Event", "Wire name", "Handled by", "What"],
            Contracts(module).Where(ModuleMap.IsEvent).Select(t => Row(t, Listeners(t)))
        );
        Section(
            text,
            "Queries",
            ["Query", "Wire name", "Asked by", "What"],
            Contracts(module).Where(Messages.IsQuery).Select(t => Row(t, Senders(t)))
        );
        Section(
            text,
            "Subscriptions",
            ["Event", "From", "Handler"],
            map.Handlers.Where(h => h.Module == module.Name && h.MessageOwner != module.Name)
                .Select(h => new[] { h.Message.Name, h.MessageOwner, $"`{h.Class.Name}`" })
        );
        Section(
            text,
            "Messages to itself",
            ["Message", "Wire name", "What"],
            map.Messages.Where(t => Messages.OwnerOf(t) == module.Name && !Messages.IsContract(t))
                .Select(t => new[] { t.Name, WireName(t), map.Docs.Of(t) })
        );
        Section(text, "Tables", ["Table", "Columns"], map.Tables[module.Schema].Select(t => new[] { $"`{t.Name}`", t.Columns }));
        Section(
            text,
            "Configuration",
            ["Key", "Default", "What"],
            ConfigurationKey.Of(module.Code, map.Docs).Select(k => new[] { $"`{k.Name}`", k.Default, k.Meaning })
        );
        return text.ToString();
    }

    private IEnumerable<Type> Contracts(ShopModule module) =>
        map.Messages.Where(t => Messages.OwnerOf(t) == module.Name && Messages.IsContract(t));

    private string[] Row(Type message, IEnumerable<string> others) =>
        [message.Name, WireName(message), Names(others), map.Docs.Of(message)];

    private IEnumerable<string> Senders(Type message) => map.Arrows.Where(a => a.Message == message).Select(a => a.From);

    private IEnumerable<string> Listeners(Type message) => map.Handlers.Where(h => h.Message == message).Select(h => h.Module);

    private static string Sign(Arrow arrow) =>
        ModuleMap.IsEvent(arrow.Message) ? "-->"
        : Messages.IsQuery(arrow.Message) ? "-.->"
        : "==>";

    private static string WireName(Type message) => $"`{message.GetCustomAttribute<MessageIdentityAttribute>(inherit: false)?.WireName}`";

    private static string Names(IEnumerable<string> names)
    {
        var sorted = names.Distinct().Order(StringComparer.Ordinal).ToArray();
        return sorted.Length == 0 ? "nobody" : string.Join(", ", sorted);
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static void Section(StringBuilder text, string title, string[] head, IEnumerable<string[]> rows)
    {
        var lines = rows.ToArray();
        if (lines.Length == 0)
            return;
        text.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n");
        Table(text, head, lines);
    }

    private static void Table(StringBuilder text, string[] head, IEnumerable<string[]> rows)
    {
        Line(text, head);
        Line(text, [.. head.Select(_ => "---")]);
        foreach (var row in rows)
            Line(text, row);
    }

    private static void Line(StringBuilder text, string[] cells) =>
        text.Append("| ").AppendJoin(" | ", cells.Select(c => c.Replace("|", "\\|"))).Append(" |\n");
}
