using System.Reflection;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Shop.ArchitectureTests.Model;
using Shop.BuildingBlocks.Contracts;
using Wolverine;
using Wolverine.Runtime;
using Wolverine.Runtime.Serialization;
using IMessage = Shop.BuildingBlocks.Contracts.IMessage;

namespace Shop.ArchitectureTests.Walls;

/// <summary>
/// Wall 11: every message has a unique name and version, survives JSON, and looks like its approved sample. It may gain members that may
/// be missing; a message that changes its look otherwise changes its version: an older process may still be reading.
/// </summary>
public sealed partial class Wall11WireFormat(ShopFixture shop)
{
    private const string RaiseVersion =
        "if it only gained nullable members approve it, else raise Version in its [MessageIdentity] and keep reading the old one while it may be in flight: "
        + Approved.Command;

    private static readonly string Samples = Repo.At("tests", "Shop.ArchitectureTests", "Samples");

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private IMessageSerializer Wire => shop.Services.GetRequiredService<IWolverineRuntime>().Options.DefaultSerializer;

    [Fact]
    public void Every_message_has_a_unique_name_and_version()
    {
        var messages = Messages.Among(ShopModule.AllTypes);
        Identities(messages).ShouldBeNone(messages.Count);
    }

    [Fact]
    public void Every_handled_message_is_a_message_of_a_module()
    {
        var handlers = Messages.HandlersAmong(ShopModule.AllTypes);
        handlers.SelectMany(Undeclared).ShouldBeNone(handlers.Count);
    }

    [Fact]
    public void Every_message_survives_the_wire()
    {
        var messages = Messages.Among(ShopModule.AllTypes);
        messages.SelectMany(m => RoundTrip(m, Wire)).ShouldBeNone(messages.Count);
    }

    [Fact]
    public void Every_message_is_read_from_a_process_that_is_a_version_ahead_or_behind()
    {
        var messages = Messages.Among(ShopModule.AllTypes);
        messages.SelectMany(m => OtherVersions(m, Wire)).ShouldBeNone(messages.Count);
    }

    [Fact]
    public void Every_message_looks_like_its_approved_sample()
    {
        var files = Files(Messages.Among(ShopModule.AllTypes).Where(m => WireName(m) is not null), Wire);
        Approved.WriteWhenAsked(Samples, files);
        Approved.Differences(Samples, files, RaiseVersion).ShouldBeNone(files.Count);
    }

    [Fact]
    public void Every_approved_sample_of_this_version_and_the_next_is_read_and_means_the_same()
    {
        var messages = Messages.Among(ShopModule.AllTypes).Where(m => WireName(m) is not null).DistinctBy(WireName).ToArray();
        messages.SelectMany(m => ApprovedSamples(m, Wire)).ShouldBeNone(messages.Length);
    }

    [Fact]
    public void Planted_identities_are_caught()
    {
        var found = Identities(Messages.Among(GetType().Assembly.GetTypes())).ToArray();
        found.ShouldCatch(nameof(Beta.Code.NamelessMessage), "no [MessageIdentity]");
        found.ShouldCatch(nameof(Beta.Code.FirstTwin), "beta.twin.v1");
        found.ShouldCatch(nameof(Beta.Code.SecondTwin), "beta.twin.v1");
        found.ShouldCatch(nameof(Beta.Code.ForeignName), "alpha.foreign-name");
        found.ShouldCatch(nameof(Beta.Code.CamelName), "kebab");
        found.ShouldSpare(nameof(Alpha.Contracts.AlphaHappened));
    }

    [Fact]
    public void Planted_handler_of_no_message_is_caught()
    {
        var handlers = Messages.HandlersAmong([typeof(Beta.Code.PlainObjectHandler), typeof(Beta.Subscriptions.OnAlphaHappenedHandler)]);
        var found = handlers.SelectMany(Undeclared).ToArray();
        found.ShouldCatch(nameof(Beta.Code.PlainObjectHandler), "not a message");
        found.ShouldSpare(nameof(Beta.Subscriptions.OnAlphaHappenedHandler));
    }

    [Fact]
    public void Planted_lossy_message_is_caught()
    {
        RoundTrip(typeof(Beta.Code.LossyMessage), Wire).ShouldCatch(nameof(Beta.Code.LossyMessage), "does not come back");
        RoundTrip(typeof(Beta.Code.UnreadableMessage), Wire).ShouldCatch(nameof(Beta.Code.UnreadableMessage), "can't be read");
        RoundTrip(typeof(Alpha.Contracts.AlphaHappened), Wire).ShouldBeEmpty();
        OtherVersions(typeof(Beta.Code.StrictMessage), Wire).ShouldCatch(nameof(Beta.Code.StrictMessage), "a version ahead");
        OtherVersions(typeof(Beta.Code.DemandingMessage), Wire).ShouldCatch(nameof(Beta.Code.DemandingMessage), "a version behind");
        OtherVersions(typeof(Alpha.Contracts.AlphaHappened), Wire).ShouldBeEmpty();
    }

    [Fact]
    public void Planted_change_without_a_new_version_is_caught()
    {
        var folder = Directory.CreateTempSubdirectory("shop-samples-").FullName;
        try
        {
            var files = Files([typeof(Alpha.Contracts.AlphaHappened)], Wire);
            Approved.Write(folder, files);
            Approved.Differences(folder, files, RaiseVersion).ShouldBeEmpty();

            var changed = files.ToDictionary(f => f.Key, f => f.Value.Replace("alphaId", "id"));
            var differences = Approved.Differences(folder, changed, RaiseVersion).Select(d => d.ToString()).ToArray();
            differences.Length.ShouldBe(files.Count);
            differences.ShouldAllBe(d => d.Contains("raise Version"));
            Approved
                .Differences(folder, new Dictionary<string, string>(), RaiseVersion)
                .ShouldCatch("alpha.alpha-happened.v1", "stands for nothing");
            Approved
                .Differences(folder, new Dictionary<string, string> { ["new.json"] = "{}" }, RaiseVersion)
                .ShouldCatch("new.json", "missing");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string? WireName(Type message) => message.GetCustomAttribute<MessageIdentityAttribute>(inherit: false)?.WireName;

    private static IEnumerable<Violation> Identities(IReadOnlyList<Type> messages)
    {
        foreach (var message in messages)
        {
            var identity = message.GetCustomAttribute<MessageIdentityAttribute>(inherit: false);
            var module = Messages.OwnerOf(message).ToLowerInvariant();
            if (identity is null)
                yield return new(
                    message.FullName!,
                    "has no [MessageIdentity]",
                    $"name it, such as [MessageIdentity(\"{module}.what-happened\")]"
                );
            else if (!Kebab().IsMatch(identity.Name))
                yield return new(message.FullName!, $"is named {identity.Name}, not in kebab case", $"call it {module}.what-happened");
            else if (!identity.Name.StartsWith(module + ".", StringComparison.Ordinal))
                yield return new(message.FullName!, $"is named {identity.Name} but belongs to {module}", $"begin its name with {module}.");
            if (identity is { Version: < 1 })
                yield return new(message.FullName!, $"has version {identity.Version}", "begin with 1");
        }
        foreach (var twins in messages.GroupBy(WireName).Where(g => g.Key is not null && g.Count() > 1))
        foreach (var twin in twins)
            yield return new(twin.FullName!, $"shares the wire name {twins.Key}", "give each message a name of its own");
    }

    private static IEnumerable<Violation> Undeclared(MessageHandler handler)
    {
        if (!handler.Message.IsAssignableTo(typeof(IMessage)) || WireName(handler.Message) is null)
            yield return new(
                handler.ToString(),
                $"handles {handler.Message.Name}, which is not a message with a wire name",
                "let it implement IMessage and give it a [MessageIdentity]: its CLR name is stored with every envelope otherwise"
            );
    }

    private static IEnumerable<Violation> RoundTrip(Type message, IMessageSerializer wire)
    {
        var sent = wire.WriteMessage(SampleMessage.Of(message));
        var again = Array.Empty<byte>();
        string? unreadable = null;
        try
        {
            again = wire.WriteMessage(wire.ReadFromData(message, new Envelope { Data = sent }));
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            unreadable = e.Message;
        }
        if (unreadable is not null)
            yield return new(message.FullName!, $"can't be read from JSON: {unreadable}", "use a positional record of plain values");
        else if (!sent.AsSpan().SequenceEqual(again) || sent.Length <= 2 && message.GetProperties().Length > 0)
            yield return new(
                message.FullName!,
                $"does not come back as it was sent: {Encoding.UTF8.GetString(sent)} became {Encoding.UTF8.GetString(again)}",
                "use a positional record of plain values"
            );
    }

    private static IEnumerable<Violation> OtherVersions(Type message, IMessageSerializer wire)
    {
        var sent = JsonNode.Parse(wire.WriteMessage(SampleMessage.Of(message)))!.AsObject();
        var ahead = Later(sent.DeepClone());
        var behind = sent.DeepClone();
        Forget(behind, message);
        foreach (var (body, version) in new[] { (ahead, "ahead"), (behind, "behind") })
        {
            var isRead = true;
            try
            {
                wire.ReadFromData(message, new Envelope { Data = Encoding.UTF8.GetBytes(body.ToJsonString()) });
            }
            catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
            {
                isRead = false;
            }
            if (!isRead)
                yield return new(
                    message.FullName!,
                    $"can't be read as a process that is a version {version} writes it: {body.ToJsonString()}",
                    "ignore members that are not known, and do without those that may be null"
                );
        }
    }

    private static IEnumerable<Violation> ApprovedSamples(Type message, IMessageSerializer wire)
    {
        var written = wire.WriteMessage(SampleMessage.Of(message));
        foreach (var file in new[] { $"{WireName(message)}.json", $"{WireName(message)}.next.json" })
        {
            var read = wire.ReadFromData(message, new Envelope { Data = File.ReadAllBytes(Path.Combine(Samples, file)) });
            if (!wire.WriteMessage(read).AsSpan().SequenceEqual(written))
                yield return new(file, "is read as something else", RaiseVersion);
        }
    }

    // As a later version may write it: every part of it has a member that nobody knows yet.
    private static JsonNode Later(JsonNode node)
    {
        foreach (var part in (node as JsonObject)?.Select(p => p.Value) ?? node as IEnumerable<JsonNode?> ?? [])
            if (part is JsonObject or JsonArray)
                Later(part);
        if (node is JsonObject composite)
            composite["addedLater"] = new JsonObject { ["by"] = "a later version" };
        return node;
    }

    // As an earlier version may have written it: without the members that may be missing, in every part.
    private static void Forget(JsonNode node, Type type)
    {
        if (node is JsonArray list)
            foreach (var part in list.OfType<JsonObject>())
                Forget(part, type.IsArray ? type.GetElementType()! : type.GetGenericArguments()[0]);
        if (node is not JsonObject composite)
            return;
        var nullability = new NullabilityInfoContext();
        foreach (var property in type.GetProperties())
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            if (nullability.Create(property).ReadState == NullabilityState.Nullable)
                composite.Remove(name);
            else if (composite[name] is { } part)
                Forget(part, property.PropertyType);
        }
    }

    // Two samples of each: what this version writes, and what a later one may.
    private static Dictionary<string, string> Files(IEnumerable<Type> messages, IMessageSerializer wire) =>
        messages
            .DistinctBy(WireName)
            .Select(m => (Name: WireName(m), Sample: JsonNode.Parse(wire.WriteMessage(SampleMessage.Of(m)))!))
            .SelectMany(m => new[] { ($"{m.Name}.json", m.Sample), ($"{m.Name}.next.json", Later(m.Sample.DeepClone())) })
            .ToDictionary(f => f.Item1, f => JsonSerializer.Serialize(f.Item2, Readable).ReplaceLineEndings("\n") + "\n");

    [GeneratedRegex(@"^[a-z]+\.[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex Kebab();
}
