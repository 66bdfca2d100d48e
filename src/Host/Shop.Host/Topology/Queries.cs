using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Contracts;
using Shop.BuildingBlocks.Messaging;
using Shop.Host.Traffic;
using Wolverine;

namespace Shop.Host.Topology;

/// <summary>
/// Asks over the bus when the module is here, and over HTTP when it isn't: a question that a person waits for has no use for a queue
/// (docs/adr/0009).
/// </summary>
internal sealed class Ask(IServiceScopeFactory scopes, Placement placement, TrafficSwitches switches, ModuleLinks links, ServiceKey key)
    : IAsk
{
    private static readonly Dictionary<Type, Consumer> Owners = Consumer.All.Where(c => c.IsQuery).ToDictionary(c => c.Message);

    public async Task<TReply> AskAsync<TReply>(IQuery<TReply> query, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var owner = Owners[query.GetType()];
        var module = placement.Of(owner.Module.Name);
        // Questions move with the messages, when all traffic has.
        if (module.IsHere && (!placement.IsFront || module.Address is null || switches.Of(module.Name).Percent < 100))
        {
            await using var scope = scopes.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<IMessageBus>().InvokeAsync<TReply>(query, cancellationToken, deadline);
        }
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(deadline);
        var link = links.To(module.Name);
        try
        {
            using var answer = await link.CallAsync(token => SendAsync(link, owner, query, token, cancellationToken), limit.Token);
            if (answer.StatusCode != HttpStatusCode.OK)
                throw new ModuleUnavailableException(module.Name, $"it answered {(int)answer.StatusCode} to {owner.WireName}");
            return await answer.Content.ReadFromJsonAsync<TReply>(QueryEndpoints.Json, limit.Token)
                ?? throw new ModuleUnavailableException(module.Name, $"it answered nothing to {owner.WireName}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{module.Name} didn't answer within {deadline.TotalMilliseconds:F0} ms.");
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        ModuleLink link,
        Consumer owner,
        object question,
        CancellationToken limit,
        CancellationToken asker
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(link.Address, QueryEndpoints.PathOf(owner)))
        {
            Content = JsonContent.Create(question, owner.Message, options: QueryEndpoints.Json),
        };
        request.Headers.Add(ServiceKey.Header, key.Value);
        try
        {
            return await link.Calls.SendAsync(request, limit);
        }
        catch (OperationCanceledException) when (!asker.IsCancellationRequested)
        {
            // Seen by the breaker as what it is; an asker who has left says nothing about the module.
            throw new TimeoutException($"{owner.Module.Name} didn't answer {owner.WireName} in time.");
        }
    }
}

/// <summary>Where other processes of the shop ask this one: <c>POST /internal/queries/&lt;name on the wire&gt;</c>.</summary>
internal static class QueryEndpoints
{
    /// <summary>What lies below is for processes of the shop alone.</summary>
    public const string Internal = "/internal";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static string PathOf(Consumer query) => $"{Internal}/queries/{query.WireName}";

    public static void MapQueries(this WebApplication app, Placement placement)
    {
        foreach (var query in Consumer.All.Where(c => c.IsQuery && placement.Of(c.Module.Name).IsHere))
        {
            var reply = query.Message.GetInterfaces().Single(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IQuery<>));
            var answer = typeof(QueryEndpoints)
                .GetMethod(nameof(AnswerAsync), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
                .MakeGenericMethod(query.Message, reply.GenericTypeArguments[0])
                .CreateDelegate<RequestDelegate>();
            app.MapPost(PathOf(query), answer).RequireAuthorization(ServiceKey.Scheme).ExcludeFromDescription();
        }
    }

    // A module that is here and has moved is asked where it is: that side has no address for it but its own.
    private static async Task AnswerAsync<TQuery, TReply>(HttpContext context)
        where TQuery : IQuery<TReply>
    {
        var query = await context.Request.ReadFromJsonAsync<TQuery>(Json, context.RequestAborted);
        var reply = await context.RequestServices.GetRequiredService<IAsk>().AskAsync(query!, Limit, context.RequestAborted);
        await context.Response.WriteAsJsonAsync(reply, Json, context.RequestAborted);
    }
}
