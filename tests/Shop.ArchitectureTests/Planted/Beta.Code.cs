using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;
using Shop.Alpha.Code;
using Shop.Alpha.Contracts;
using Shop.BuildingBlocks.Contracts;

namespace Shop.Beta.Code;

public sealed class AsksAlphaDirectly
{
    public static int Get() => AlphaPrices.Get();
}

public sealed class NamesAlphaInASignature
{
    public static string? Name(AlphaPrices? prices) => prices?.ToString();
}

public sealed class UsesAlphaContractsOnly
{
    public static AlphaHappened Get() => new(Guid.Empty, [], null);
}

public sealed record PlainThing(Guid Id);

public sealed record NamelessMessage(Guid Id) : IMessage;

[MessageIdentity("beta.twin")]
public sealed record FirstTwin(Guid Id) : IMessage;

[MessageIdentity("beta.twin")]
public sealed record SecondTwin(Guid Id) : IMessage;

[MessageIdentity("alpha.foreign-name")]
public sealed record ForeignName(Guid Id) : IMessage;

[MessageIdentity("beta.camelName")]
public sealed record CamelName(Guid Id) : IMessage;

[MessageIdentity("beta.lossy-message")]
public sealed record LossyMessage : IMessage
{
    public LossyMessage(string name) => Name = name;

    [JsonConstructor]
    public LossyMessage() { }

    public string? Name { get; }
}

[MessageIdentity("beta.unreadable-message")]
public sealed record UnreadableMessage : IMessage
{
    public UnreadableMessage(string name, int count) => (Label, Count) = (name, count);

    public string Label { get; }

    public int Count { get; }
}

[MessageIdentity("beta.strict-message"), JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record StrictMessage(Guid Id) : IMessage;

[MessageIdentity("beta.demanding-message")]
public sealed record DemandingMessage([property: JsonRequired] string? Name) : IMessage;

public static class AsksTheClock
{
    public static DateTimeOffset Get(TimeProvider clock) => clock.GetUtcNow();
}

#pragma warning disable RS0030 // Planted: the same rule must catch them in what was compiled.
public static class UsesBannedThings
{
    public static DateTime Now() => DateTime.UtcNow;

    public static int Block(Task<int> task)
    {
        task.Wait();
        return task.Result;
    }

    public static void Retry(NpgsqlDbContextOptionsBuilder options) => options.EnableRetryOnFailure();
}
#pragma warning restore RS0030

public static class PlantedEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/beta/good", Get).WithName("Beta.Good").WithTags("Beta").WithSummary("Good.").RequireAuthorization();
        routes.MapGet("/api/v1/beta/listed-open", Get).WithName("Beta.ListedOpen").WithTags("Beta").WithSummary("Open.").AllowAnonymous();
        routes.MapGet("/api/v1/beta/open", Get).WithName("Beta.Open").WithTags("Beta").WithSummary("Open.").AllowAnonymous();
        routes.MapGet("/api/v1/beta/untold", Get).WithName("Beta.Untold").WithTags("Beta").WithSummary("Untold.");
        routes.MapGet("/api/v1/beta/nameless", Get).RequireAuthorization();
        routes.MapGet("/api/v1/beta/wrong-name", Get).WithName("Alpha.DoThings").WithTags("Beta").WithSummary("Wrong.");
        routes.MapGet("/api/v2/gamma", Get).WithName("Beta.Gamma").WithTags("Beta").WithSummary("Elsewhere.");
        routes.MapGet("/api/v1/beta/untyped", GetUntyped).WithName("Beta.Untyped").WithTags("Beta").WithSummary("Untyped.");
    }

    private static string Get() => "";

    private static async Task<IResult> GetUntyped()
    {
        await Task.CompletedTask;
        return TypedResults.Ok();
    }
}
