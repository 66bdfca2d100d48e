using Shop.Host;
using Shop.Host.Migrations;

var app = ShopApplication.Build(args);
if (args is ["migrate", ..])
{
    await app.Services.GetRequiredService<Migrator>().MigrateAsync(CancellationToken.None);
    return 0;
}
await app.RunAsync();
return 0;
