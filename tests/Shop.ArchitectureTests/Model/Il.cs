using System.Collections.Concurrent;
using System.Reflection;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Shop.ArchitectureTests.Model;

/// <summary>Compiled code: what it calls and which strings it carries.</summary>
public static class Il
{
    private static readonly ConcurrentDictionary<string, ModuleDefinition> Read = new();

    /// <summary>All types of an assembly, nested ones too.</summary>
    public static IReadOnlyList<TypeDefinition> Types(Assembly assembly) =>
        [.. Read.GetOrAdd(assembly.Location, path => ModuleDefinition.ReadModule(path)).GetTypes()];

    /// <summary>The types of one namespace and those below it, with everything nested in them.</summary>
    public static IEnumerable<TypeDefinition> In(this IEnumerable<TypeDefinition> types, string space) =>
        types.Where(t => IsIn(t.Outermost().Namespace, space));

    /// <summary>True for the namespace itself and those below it, but not for one that merely begins with the same letters.</summary>
    public static bool IsIn(string? space, string parent) =>
        space == parent || space?.StartsWith(parent + ".", StringComparison.Ordinal) == true;

    /// <summary>The type that a closure or state machine was written in.</summary>
    public static TypeDefinition Outermost(this TypeDefinition type) => type.DeclaringType is { } outer ? outer.Outermost() : type;

    /// <summary>Every method called, created or pointed at.</summary>
    public static IEnumerable<MethodReference> Calls(this MethodDefinition method) =>
        method.HasBody ? method.Body.Instructions.Select(i => i.Operand).OfType<MethodReference>() : [];

    /// <summary>Every string written down.</summary>
    public static IEnumerable<string> Literals(this TypeDefinition type) =>
        type
            .Methods.Where(m => m.HasBody)
            .SelectMany(m => m.Body.Instructions)
            .Where(i => i.OpCode == OpCodes.Ldstr)
            .Select(i => (string)i.Operand)
            .Concat(type.Fields.Where(f => f.HasConstant).Select(f => f.Constant).OfType<string>());

    /// <summary>Full name without generic arguments, as a reader would write it: <c>Namespace.Type.Method</c>.</summary>
    public static string Display(this MethodReference method) =>
        $"{method.DeclaringType.GetElementType().FullName.Replace('/', '.')}.{method.Name}";

    /// <summary>A method and all methods of the same assembly that it leads to.</summary>
    /// <param name="start">Where to begin.</param>
    public static IReadOnlyCollection<MethodDefinition> Reach(MethodDefinition start)
    {
        var seen = new HashSet<MethodDefinition>();
        var open = new Stack<MethodDefinition>([start]);
        while (open.TryPop(out var method))
        {
            if (!seen.Add(method))
                continue;
            // An async method's body stands in its state machine.
            foreach (var machine in method.Body?.Variables.Select(v => v.VariableType).OfType<TypeDefinition>() ?? [])
                if (machine.IsNested && machine.Name.StartsWith('<'))
                    machine.Methods.ToList().ForEach(open.Push);
            foreach (var call in method.Calls())
            {
                if (call.GetElementMethod() is not MethodDefinition local || local.Module != method.Module)
                    continue;
                open.Push(local);
                // Likewise an iterator's.
                if (local.IsConstructor && local.DeclaringType.Name.Contains(">d__"))
                    local.DeclaringType.Methods.ToList().ForEach(open.Push);
            }
        }
        return seen;
    }
}
