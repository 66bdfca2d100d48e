using Microsoft.Extensions.DependencyInjection;
using Shop.Products.Contracts;
using Shop.Products.Features;
using Wolverine;

namespace Shop.Products.Tests.Slices;

public sealed class GetOffersTests(ShopFixture shop)
{
    [Fact]
    [RedeliveryOf<GetOffersHandler>(typeof(GetOffers))]
    public async Task Asked_twice_or_by_many_the_shop_names_the_same_price()
    {
        var slug = Catalogue.Unique();
        var product = await shop.SellAsync(slug, "M", "L");
        var question = new GetOffers([$"{slug}-L", $"{slug}-L", "no-such-sku"]);

        Offer[] answers =
        [
            (await AskAsync(question)).Items.ShouldHaveSingleItem(),
            (await AskAsync(question)).Items.ShouldHaveSingleItem(),
            .. (await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => AskAsync(question)))).Select(o => o.Items.ShouldHaveSingleItem()),
        ];

        answers.Distinct().ShouldHaveSingleItem();
        answers[0].ShouldBe(new Offer($"{slug}-L", Guid.Parse(product["id"]!.GetValue<string>()), "Warm jacket – L", new(19_99, "EUR")));
    }

    [Fact]
    public async Task What_isnt_on_sale_has_no_price()
    {
        var slug = Catalogue.Unique();
        await shop.CreateAsync(Catalogue.Request(slug), slug);
        (await AskAsync(new([$"{slug}-M"]))).Items.ShouldBeEmpty();
    }

    private async Task<Offers> AskAsync(GetOffers question)
    {
        await using var scope = shop.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMessageBus>().InvokeAsync<Offers>(question);
    }
}
