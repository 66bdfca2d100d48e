using Shop.Host;
using Shop.Host.Migrations;

var builder = WebApplication.CreateBuilder(args);
if (ShopApplication.IsDesignTime)
    builder.Configuration["ConnectionStrings:Shop"] ??= "Host=localhost;Database=shop";
builder.AddShop();
var app = builder.Build();
if (args is ["migrate", ..])
{
    await app.Services.GetRequiredService<Migrator>().MigrateAsync(CancellationToken.None);
    return 0;
}
app.UseShop();
await app.RunAsync();
return 0;
