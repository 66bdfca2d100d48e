using System.Text.RegularExpressions;
using Mono.Cecil;
using Shop.ArchitectureTests.Model;

namespace Shop.ArchitectureTests.Walls;

/// <summary>
/// Wall 16, what a list of symbols can't say: no <c>IServiceProvider</c> in features, no waiting on a task, no question over the bus
/// from inside a message handler, however deep.
/// </summary>
public sealed partial class Wall16Habits
{
    private static readonly string[] FeatureSpaces = ["Features", "Subscriptions", "Saga", "Domain"];

    [Fact]
    public void Features_do_not_locate_services()
    {
        var types = ShopModule.All.SelectMany(m => FeatureSpaces.SelectMany(f => Il.Types(m.Code).In($"Shop.{m.Name}.{f}"))).ToArray();
        types.SelectMany(Locators).ShouldBeNone(types.Length);
    }

    [Fact]
    public void Nobody_waits_for_a_task()
    {
        var sources = Repo.Sources("src");
        sources.SelectMany(Waiters).ShouldBeNone(sources.Count);
    }

    [Fact]
    public void Message_handlers_do_not_ask_over_the_bus()
    {
        var methods = ShopModule.All.SelectMany(m => HandlerMethods(Il.Types(m.Code), Messages.HandlersAmong(m.Types))).ToArray();
        methods.SelectMany(Askers).ShouldBeNone(methods.Length);
    }

    [Fact]
    public void Planted_service_locators_are_caught()
    {
        var found = Il.Types(GetType().Assembly).In("Shop.Beta.Features").SelectMany(Locators).ToArray();
        found.ShouldCatch(nameof(Beta.Features.TakesAProvider), "IServiceProvider");
        found.ShouldCatch(nameof(Beta.Features.ReachesIntoTheRequest), "IServiceProvider");
        found.ShouldSpare(nameof(Beta.Features.OpensItsOwnScope));
    }

    [Theory]
    [InlineData("var x = client.GetAsync(url).GetAwaiter().GetResult();")]
    [InlineData("var x = client.GetAsync(url).ConfigureAwait(false)\n  .GetAwaiter()\n  .GetResult();")]
    [InlineData("Task.WaitAll(a, b);")]
    [InlineData("Task.Run(() => 1).Result.ToString();")]
    public void Planted_waiting_is_caught(string code) => Waiters(new("src/Planted.cs", code)).ShouldCatch("src/Planted.cs", "waits");

    [Theory]
    [InlineData("// client.GetAsync(url).GetAwaiter().GetResult();")]
    [InlineData("var x = await client.GetAsync(url); return x.ResultCode;")]
    public void Innocent_code_is_not_taken_for_waiting(string code) => Waiters(new("src/Planted.cs", code)).ShouldBeEmpty();

    [Fact]
    public void Planted_question_inside_a_handler_is_caught()
    {
        var handlers = Messages.HandlersAmong(GetType().Assembly.GetTypes().Where(t => Il.IsIn(t.Namespace, "Shop.Beta")));
        var found = HandlerMethods(Il.Types(GetType().Assembly), handlers).SelectMany(Askers).ToArray();
        found.ShouldCatch(nameof(Beta.Code.AsksWhileHandlingHandler), "InvokeAsync");
        found.ShouldCatch(nameof(Beta.Code.AsksThroughAHelperHandler), "InvokeAsync");
        found.ShouldCatch(nameof(Beta.Code.AsksAModuleHandler), "AskAsync");
        found.ShouldSpare(nameof(Beta.Subscriptions.OnAlphaHappenedHandler));
    }

    // A background service opens a scope for each round: there is no request or message to give it one.
    private static IEnumerable<Violation> Locators(TypeDefinition type)
    {
        if (IsHostedService(type.Outermost()))
            yield break;
        var fields = type.Fields.Select(f => f.FieldType);
        var parameters = type.Methods.SelectMany(m => m.Parameters).Select(p => p.ParameterType);
        var called = type
            .Methods.SelectMany(m => m.Calls())
            .SelectMany(c => c.Parameters.Select(p => p.ParameterType).Append(c.DeclaringType));
        if (fields.Concat(parameters).Concat(called).Any(t => t.FullName == "System.IServiceProvider"))
            yield return new(
                type.Outermost().FullName,
                "uses IServiceProvider",
                "take what it needs as a parameter: generated handler code refuses to locate services"
            );
    }

    private static bool IsHostedService(TypeDefinition type) =>
        type.BaseType?.FullName == "Microsoft.Extensions.Hosting.BackgroundService"
        || type.Interfaces.Any(i => i.InterfaceType.FullName.StartsWith("Microsoft.Extensions.Hosting.IHosted", StringComparison.Ordinal));

    private static IEnumerable<Violation> Waiters(SourceFile source)
    {
        if (Waiting().Match(source.Code) is { Success: true } match)
            yield return new(source.Path, $"waits for a task: {Spaces().Replace(match.Value, "")}", "await it");
    }

    private static IEnumerable<MethodDefinition> HandlerMethods(
        IReadOnlyList<TypeDefinition> types,
        IReadOnlyList<MessageHandler> handlers
    ) =>
        from handler in handlers
        from type in types.Where(t => t.FullName.Replace('/', '+') == handler.Class.FullName)
        from method in type.Methods.Where(m => m.Name == handler.Method.Name && m.Parameters[0].ParameterType.Name == handler.Message.Name)
        select method;

    private static IEnumerable<Violation> Askers(MethodDefinition handler) =>
        Il.Reach(handler)
            .SelectMany(m => m.Calls())
            .Where(c =>
                c.DeclaringType.Name == "IAsk"
                || c.DeclaringType.Namespace?.StartsWith("Wolverine", StringComparison.Ordinal) == true
                    && (
                        c.Name.StartsWith("InvokeAsync", StringComparison.Ordinal)
                        || c.Name.StartsWith("InvokeForTenant", StringComparison.Ordinal)
                    )
            )
            .Take(1)
            .Select(c => new Violation(
                $"{handler.DeclaringType.FullName}.{handler.Name}",
                $"asks over the bus ({c.DeclaringType.Name}.{c.Name}) while it handles a message",
                "carry the data in the message, or keep a copy fed by events: a handler that waits for another module holds its transaction open"
            ));

    [GeneratedRegex(
        @"\.GetAwaiter\(\)\s*\.GetResult\(\)|\bTask\.Wait(All|Any)\(|Async\([^;{}]*?\)\s*\.(Result\b|Wait\()|\bTask\.Run\([^;{}]*?\)\s*\.(Result\b|Wait\()"
    )]
    private static partial Regex Waiting();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
