using Shop.Host;
using Shop.Host.Api;
using Shop.Host.Migrations;

var app = ShopApplication.Build(args);
if (args is ["migrate", ..])
{
    await app.Services.GetRequiredService<Migrator>().MigrateAsync(CancellationToken.None);
    return 0;
}
if (args is [OpenApiCommand.Name])
    return await OpenApiCommand.RunAsync(app);
await app.RunAsync();
return 0;
