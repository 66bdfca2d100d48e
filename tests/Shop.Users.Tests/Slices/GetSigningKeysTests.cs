using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Shop.Users.Contracts;
using Shop.Users.Features;
using Wolverine;

namespace Shop.Users.Tests.Slices;

public sealed class GetSigningKeysTests(ShopFixture shop)
{
    [Fact]
    public async Task The_public_keys_are_published_and_the_private_ones_are_not()
    {
        var response = await shop.Client.GetAsync("/.well-known/jwks.json", TestContext.Current.CancellationToken);

        response.EnsureSuccessStatusCode();
        response.Headers.CacheControl!.Public.ShouldBeTrue();
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var key = document.RootElement.GetProperty("keys").EnumerateArray().ShouldHaveSingleItem();
        key.GetProperty("kid").GetString().ShouldBe(Tokens.SigningKey.KeyId);
        key.EnumerateObject().Select(p => p.Name).ShouldNotContain("d");
    }

    [Fact, RedeliveryOf<GetSigningKeysHandler>(typeof(GetSigningKeys))]
    public async Task Asked_again_and_at_once_the_answer_is_the_same()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => AskAsync()));

        answers.Append(await AskAsync()).Distinct().ShouldHaveSingleItem();
    }

    private async Task<string> AskAsync()
    {
        await using var scope = shop.Services.CreateAsyncScope();
        var bus = scope.ServiceProvider.GetRequiredService<IMessageBus>();
        return (await bus.InvokeAsync<SigningKeys>(new GetSigningKeys(), TestContext.Current.CancellationToken)).JsonWebKeySet;
    }
}
