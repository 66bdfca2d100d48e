using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shop.BuildingBlocks;
using Shop.Notifications.Data;
using Shop.Notifications.Features;
using Shop.Notifications.Mail;

namespace Shop.Notifications;

/// <summary>The Notifications module.</summary>
public sealed class NotificationsModule : IModule
{
    /// <summary>The PostgreSQL schema that only this module reads and writes.</summary>
    public const string Schema = "notifications";

    /// <inheritdoc />
    public string Name => "Notifications";

    /// <inheritdoc />
    public IReadOnlyList<string> DependsOn => ["Checkout", "Orders"];

    /// <inheritdoc />
    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddModuleDbContext<NotificationsDbContext>(Schema);
        services.AddOptions<SmtpOptions>().BindConfiguration(SmtpOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<MailServer>().AddSingleton<MailWriter>().AddSingleton<Postman>();
        services.AddHostedService<SweepMails>();
    }

    /// <inheritdoc />
    public void MapEndpoints(IEndpointRouteBuilder routes) => ListNotificationsEndpoint.Map(routes);
}
