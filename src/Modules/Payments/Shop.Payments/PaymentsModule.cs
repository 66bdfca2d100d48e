using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Shop.BuildingBlocks;
using Shop.Payments.Contracts;
using Shop.Payments.Data;
using Shop.Payments.Features;
using Shop.Payments.Provider;

namespace Shop.Payments;

/// <summary>The Payments module.</summary>
public sealed class PaymentsModule : IModule
{
    /// <summary>The PostgreSQL schema that only this module reads and writes.</summary>
    public const string Schema = "payments";

    /// <inheritdoc />
    public string Name => "Payments";

    /// <inheritdoc />
    public IReadOnlyList<string> DependsOn => [];

    /// <inheritdoc />
    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddModuleDbContext<PaymentsDbContext>(Schema);
        services.AddOptions<PaymentsOptions>().Bind(configuration.GetSection("Payments")).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PaymentsOptions>, PaymentsOptionsCheck>();
        services.AddStripeHttp();
        services.AddSingleton<StripeProvider>();
        services.AddSingleton<PaymentDesk>();
        services.AddHostedService<PaymentResolver>();
        services.AddStateGauge(
            Schema,
            "shop.payments.unsettled",
            "select state, count(*) from payments.attempts where resolve_after is not null group by state"
        );
    }

    /// <inheritdoc />
    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        ReceiveStripeWebhookEndpoint.Map(routes);
        GetPaymentEndpoint.Map(routes);
    }

    /// <summary>All payments as the provider's own books have them, newest first; for reconciliation.</summary>
    public static IAsyncEnumerable<ProviderPayment> ListAtProviderAsync(IServiceProvider services, CancellationToken cancellationToken) =>
        services.GetRequiredService<StripeProvider>().ListAsync(cancellationToken);
}
