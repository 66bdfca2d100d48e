using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.HttpOverrides;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Messaging;
using Shop.Host.Advice;
using Shop.Host.Api;
using Shop.Host.Topology;
using Shop.Host.Traffic;
using Yarp.ReverseProxy.Forwarder;

namespace Shop.Host.Gateway;

/// <summary>
/// One public face for all processes: what belongs to a module that isn't here goes to its process, with trace, credentials and the
/// caller's address, and comes back as it is.
/// </summary>
internal sealed class ShopGateway(
    Placement placement,
    ModuleLinks links,
    IHttpForwarder forwarder,
    Forwarding forwarding,
    TrafficSide side,
    TrafficSwitches switches,
    RemoteWatch watch,
    ShadowReads shadows
)
{
    private static readonly ForwarderRequestConfig AnswerSoon = new() { ActivityTimeout = TimeSpan.FromSeconds(10) };

    // An event stream says something every few seconds, if only that nothing happened.
    private static readonly ForwarderRequestConfig KeepTalking = new() { ActivityTimeout = TimeSpan.FromSeconds(60) };

    // A picture is made smaller and a file taken in after it has come: that is said by nobody meanwhile.
    private static readonly ForwarderRequestConfig TakeIn = new() { ActivityTimeout = TimeSpan.FromMinutes(5) };

    private readonly (PathString Prefix, PlacedModule Module)[] _routes =
    [
        .. from module in placement.Modules
        where module.Address is not null
        from prefix in module.Module.RoutePrefixes
        select (new PathString(prefix), module),
    ];

    /// <summary>Forwards the request, or lets it go on here.</summary>
    public Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        foreach (var (prefix, module) in _routes)
            if (context.Request.Path.StartsWithSegments(prefix))
                return HandleAsync(context, module, next);
        return next(context);
    }

    private async Task HandleAsync(HttpContext context, PlacedModule module, RequestDelegate next)
    {
        var way = await side.OfAsync(context, module);
        if (way is Side.Here)
        {
            var isShadowed = HttpMethods.IsGet(context.Request.Method) && !IsStream(context) && switches.Of(module.Name).Shadow;
            await (isShadowed ? shadows.ServeAsync(context, module, next) : next(context));
            return;
        }
        // No route of this process says whose request it was.
        context.Features.Get<IHttpMetricsTagsFeature>()?.Tags.Add(new(RequestMeter.ModuleTag, module.Name));
        // How large a body may be is for the module's own process to say.
        var size = context.Features.Get<IHttpMaxRequestBodySizeFeature>();
        var limit = size?.MaxRequestBodySize;
        if (size is { IsReadOnly: false })
            size.MaxRequestBodySize = null;
        // Watched is who could step back; a stream lasts as long as its listener, and a canary is there to fail first.
        using var call = module.IsHere && way is Side.There && !IsStream(context) ? watch.Begin(module.Name) : null;
        try
        {
            await ForwardAsync(context, links.To(module.Name), module);
            if (context.Response.StatusCode < 500)
                call?.Succeed();
        }
        catch (ModuleUnavailableException) when (module.IsHere && !context.Response.HasStarted)
        {
            // Nothing was sent, and the module is here as well.
            context.Response.Clear();
            if (size is { IsReadOnly: false })
                size.MaxRequestBodySize = limit;
            await next(context);
        }
        catch (ModuleUnavailableException) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, 503, "shop.unavailable", "This part of the shop is away for a moment. Try again.");
        }
        catch (TimeoutException) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, 504, "shop.timed_out", "This part of the shop took too long to answer.");
        }
    }

    private Task ForwardAsync(HttpContext context, ModuleLink link, PlacedModule module) =>
        link.CallAsync(
            async _ =>
            {
                var error = await forwarder.SendAsync(
                    context,
                    link.Address.ToString(),
                    link.Calls,
                    IsStream(context) ? KeepTalking
                        : Forwarding.IsLarge(context.Request) ? TakeIn
                        : AnswerSoon,
                    forwarding
                );
                return error switch
                {
                    // Whether it was sent is known only when there was no connection to send it over.
                    ForwarderError.Request or ForwarderError.RequestTimedOut or ForwarderError.RequestCanceled when IsUnsent(context) =>
                        throw new ModuleUnavailableException(module.Name, "it can't be reached"),
                    ForwarderError.Request or ForwarderError.RequestTimedOut => throw new TimeoutException(),
                    _ => error,
                };
            },
            CancellationToken.None
        );

    private static bool IsUnsent(HttpContext context) =>
        context.GetForwarderErrorFeature()?.Exception
            is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError }
                // What a connection that isn't made in time looks like.
                or OperationCanceledException { InnerException: TimeoutException };

    private static bool IsStream(HttpContext context) =>
        context.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase);

    private static Task RefuseAsync(HttpContext context, int status, string code, string detail)
    {
        context.Response.Clear();
        return Problems.Problem(status, code, detail).ExecuteAsync(context);
    }
}

/// <summary>What changes on the way to a module's process.</summary>
internal sealed class Forwarding(ServiceKey key) : HttpTransformer
{
    /// <summary>Carries a request's id, so that the logs of both processes name it alike.</summary>
    public const string RequestId = "Shop-Request-Id";

    /// <summary>True for a body that may be larger than an ordinary request's: a file.</summary>
    public static bool IsLarge(HttpRequest request) =>
        request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: false }
        && request.ContentLength is not <= ShopApi.MaxBody;

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext,
        HttpRequestMessage proxyRequest,
        string destinationPrefix,
        CancellationToken cancellationToken
    )
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        var caller = httpContext.Request;
        Set("X-Forwarded-For", httpContext.Connection.RemoteIpAddress?.ToString());
        Set("X-Forwarded-Proto", caller.Scheme);
        Set("X-Forwarded-Host", caller.Host.Value);
        Set(RequestId, httpContext.TraceIdentifier);
        Set(ServiceKey.Header, key.Value);
        // The module's own address, not the public one.
        proxyRequest.Headers.Host = null;
        // A module refuses a body for its size before it has it all; asked first, it is not cut short by what is still being sent to it.
        if (proxyRequest.Content is not null && IsLarge(caller))
            proxyRequest.Headers.ExpectContinue = true;

        void Set(string header, string? value)
        {
            proxyRequest.Headers.Remove(header);
            if (value is not null)
                proxyRequest.Headers.TryAddWithoutValidation(header, value);
        }
    }
}

/// <summary>Puts the gateway into a process.</summary>
internal static class GatewaySetup
{
    private static readonly ForwardedHeadersOptions FromTheGateway = Options();

    public static void AddShopGateway(this IServiceCollection services)
    {
        services.AddHttpForwarder();
        services.AddSingleton<Forwarding>();
        services.AddSingleton<ShopGateway>();
    }

    /// <summary>Goes before routing: what is forwarded is none of this process's endpoints.</summary>
    public static void UseShopGateway(this WebApplication app)
    {
        var placement = app.Services.GetRequiredService<Placement>();
        if (!placement.IsSplit)
            return;
        var key = app.Services.GetRequiredService<ServiceKey>();
        app.UseWhen(key.IsSentWith, branch => branch.UseForwardedHeaders(FromTheGateway).Use(TakeRequestId));
        app.Use((context, next) => HideInternal(context, next, placement));
        if (placement.IsFront)
            app.Use(next => context => app.Services.GetRequiredService<ShopGateway>().HandleAsync(context, next));
    }

    private static Task TakeRequestId(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Headers[Forwarding.RequestId] is [{ Length: > 0 } id])
            context.TraceIdentifier = id;
        return next(context);
    }

    // What is internal answers where the public can't come: at the internal listener of the shop, or at a process that has no public one.
    private static Task HideInternal(HttpContext context, RequestDelegate next, Placement placement)
    {
        var isOpen = placement.InternalUrl is { } url ? context.Connection.LocalPort == url.Port : !placement.IsFront;
        return isOpen || !context.Request.Path.StartsWithSegments(QueryEndpoints.Internal)
            ? next(context)
            : Problems.NotFound("shop.no_such_route", "There is nothing here.").ExecuteAsync(context);
    }

    private static ForwardedHeadersOptions Options()
    {
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            ForwardLimit = 1,
        };
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
        return options;
    }
}
