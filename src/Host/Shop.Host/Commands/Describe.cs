using System.Reflection;
using Shop.BuildingBlocks.Contracts;
using Shop.BuildingBlocks.Messaging;
using Shop.Host.Messaging;
using Shop.Host.Topology;

namespace Shop.Host.Commands;

/// <summary><c>describe</c>: where each module runs as this process is configured, what it consumes and publishes, and over what.</summary>
public static class Describe
{
    /// <summary>The first argument that asks for it.</summary>
    public const string Name = "describe";

    /// <summary>Prints it. Nothing is started, no database needed.</summary>
    public static int Run(Placement placement, ModuleTransport transport, TextWriter output)
    {
        output.WriteLine($"This process is {placement.Deployable}; its envelopes are in schema {placement.EnvelopeSchema}.");
        output.WriteLine(
            placement.IsSplit ? $"Between processes messages go over {transport}, questions over HTTP." : "All modules are in it."
        );
        foreach (var module in placement.Modules)
        {
            output.WriteLine();
            output.WriteLine($"{module.Name, -16}{WhereOf(module)}");
            foreach (var query in Consumer.All.Where(c => c.Module == module.Module && c.IsQuery))
                Line(
                    "answers",
                    query.WireName,
                    module.IsHere ? "in this process" : $"{module.Address}".TrimEnd('/') + QueryEndpoints.PathOf(query)
                );
            foreach (var consumer in Consumer.All.Where(c => c.Module == module.Module && !c.IsQuery))
                Line("consumes", consumer.WireName, OverOf(module, transport));
            foreach (var published in EventsOf(module))
                Line("publishes", MessageNaming.NameOf(published)!, ReadersOf(published, placement, transport));
        }
        return 0;

        void Line(string verb, string message, string where) => output.WriteLine($"  {verb, -11}{message, -40}{where}");
    }

    private static string WhereOf(PlacedModule module) =>
        module switch
        {
            { IsHere: true, IsMoving: true } => $"here, and moving{(module.Address is null ? "" : $" to {module.Address}")}",
            { IsHere: true } => "here",
            _ => $"{module.Address}",
        };

    private static string OverOf(PlacedModule module, ModuleTransport transport) =>
        module.IsReachedByTransport ? $"{transport}, queue {module.Name.ToLowerInvariant()}" : "a queue of its own in this process";

    // An event stands in the Contracts of the module that publishes it, whether anybody reads it or not.
    private static IEnumerable<Type> EventsOf(PlacedModule module) =>
        module
            .Module.GetType()
            .Assembly.GetReferencedAssemblies()
            .Where(a => a.Name == $"Shop.{module.Name}.Contracts")
            .SelectMany(a => Assembly.Load(a).GetExportedTypes())
            .Where(t => t.IsClass && t.IsAssignableTo(typeof(IIntegrationEvent)))
            .OrderBy(MessageNaming.NameOf, StringComparer.Ordinal);

    private static string ReadersOf(Type message, Placement placement, ModuleTransport transport) =>
        string.Join(
            "; ",
            (
                from consumer in Consumer.All
                where consumer.Message == message
                let module = placement.Of(consumer.Module.Name)
                group consumer.Module.Name by OverOf(module, transport) into readers
                orderby readers.Key
                select $"to {string.Join(", ", readers)} over {readers.Key}"
            ).DefaultIfEmpty("to nobody")
        );
}
