using Microsoft.AspNetCore.Builder;
using Shop.Host.Api;

namespace Shop.Host.Tests.Api;

public sealed class OpenApiTests(ShopFixture shop)
{
    [Fact]
    public async Task The_description_in_docs_is_the_one_the_host_gives()
    {
        await using WebApplication app = ShopApplication.Build(["--ConnectionStrings:Shop=Host=nowhere", "--environment=Testing"]);

        var now = await OpenApiCommand.WriteAsync(app);

        var then = await File.ReadAllTextAsync(
            Path.Combine(TestServer.RepositoryRoot(), "docs", "openapi.json"),
            TestContext.Current.CancellationToken
        );
        then.ShouldBe(now, "Write it anew: dotnet run --no-launch-profile --project src/Host/Shop.Host -- openapi > docs/openapi.json");
    }

    [Theory]
    [InlineData("/openapi/v1.json", "\"bearer\"")]
    [InlineData("/scalar/", "Shop API")]
    public async Task The_running_host_shows_its_description(string path, string part) =>
        (await shop.Client.GetStringAsync(path, TestContext.Current.CancellationToken)).ShouldContain(part);
}
