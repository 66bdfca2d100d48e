using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Shop.ArchitectureTests.Model;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Contracts;
using Shop.Host;

namespace Shop.ArchitectureTests.Docs;

/// <summary>How a message gets from one module to another.</summary>
/// <param name="From">Publisher, sender or asker.</param>
/// <param name="To">Listener, owner or answerer.</param>
/// <param name="Message">What goes.</param>
public sealed record Arrow(string From, string To, Type Message);

/// <summary>Everything the pages say, read from the running host and its assemblies.</summary>
public sealed class ModuleMap
{
    /// <summary>Reads it.</summary>
    /// <param name="services">A running host's services.</param>
    public ModuleMap(IServiceProvider services)
    {
        Docs = new(ShopModule.All.SelectMany(m => new[] { m.Code, m.Contracts }));
        Messages = Model.Messages.Among(ShopModule.AllTypes);
        Handlers = Model.Messages.HandlersAmong(ShopModule.AllTypes);
        Endpoints = MappedEndpoint.Of(services);
        Tables = ReadTables(services);
        Arrows =
        [
            .. Handlers
                .Where(h => IsEvent(h.Message) && h.Module != h.MessageOwner)
                .Select(h => new Arrow(h.MessageOwner, h.Module, h.Message)),
            .. ShopModule.All.SelectMany(m => Sent(m.Name, m.Code)),
            .. Sent("Host", typeof(Modules).Assembly),
        ];
    }

    /// <summary>What the code says about itself.</summary>
    public XmlDocs Docs { get; }

    /// <summary>All messages.</summary>
    public IReadOnlyList<Type> Messages { get; }

    /// <summary>All handlers.</summary>
    public IReadOnlyList<MessageHandler> Handlers { get; }

    /// <summary>All routes.</summary>
    public IReadOnlyList<MappedEndpoint> Endpoints { get; }

    /// <summary>Tables by schema, with their columns.</summary>
    public ILookup<string, (string Name, string Columns)> Tables { get; }

    /// <summary>Messages between modules.</summary>
    public IReadOnlyList<Arrow> Arrows { get; }

    /// <summary>True for an event.</summary>
    public static bool IsEvent(Type message) => message.IsAssignableTo(typeof(IIntegrationEvent));

    // Whoever makes a command or a query of another module sends it there.
    private IEnumerable<Arrow> Sent(string from, Assembly code)
    {
        var made = Il.Types(code)
            .SelectMany(t => t.Methods)
            .SelectMany(m => m.Calls())
            .Where(c => c.Name == ".ctor")
            .Select(c => c.DeclaringType.FullName)
            .ToHashSet();
        return Messages
            .Where(m => !IsEvent(m) && !Model.Messages.IsReply(m) && Model.Messages.OwnerOf(m) != from && made.Contains(m.FullName!))
            .Select(m => new Arrow(from, Model.Messages.OwnerOf(m), m));
    }

    private static ILookup<string, (string, string)> ReadTables(IServiceProvider services)
    {
        using var scope = services.CreateScope();
        return scope
            .ServiceProvider.GetServices<ModuleSchema>()
            .SelectMany(s => ((DbContext)scope.ServiceProvider.GetRequiredService(s.ContextType)).Model.GetRelationalModel().Tables)
            .OrderBy(t => t.Name, StringComparer.Ordinal)
            .ToLookup(t => t.Schema ?? "", t => (t.Name, string.Join(", ", t.Columns.OrderBy(c => !IsKey(t, c)).Select(c => c.Name))));
    }

    private static bool IsKey(ITable table, IColumn column) => table.PrimaryKey?.Columns.Contains(column) == true;
}
