using Shop.Carts.Domain;

namespace Shop.Proofs;

/// <summary>What the host reckons whenever it shows a cart, by itself: the largest cart, promotions of all kinds.</summary>
public static class BenchPricing
{
    private const int Promotions = 10;
    private const int Shelves = 5;

    /// <summary>Prices the cart again and again for so long, after as long a warm-up; one client. Fewer promotions than half are a failure.</summary>
    public static async Task<LoadResult> RunAsync(TimeSpan duration)
    {
        var lines = Enumerable.Range(0, Cart.MaxLines).Select(Line).ToArray();
        var rules = PriceRules.Of(1, Enumerable.Range(0, Promotions).Select(Promotion), [], []);
        var shopping = new Shopping(TimeProvider.System.GetUtcNow());
        var pricing = new Pricing(1_900, 490);
        await Load.RunAsync(1, duration, PriceAsync);
        return await Load.RunAsync(1, duration, PriceAsync);

        Task<bool> PriceAsync(long number) => Task.FromResult(pricing.Price(lines, rules, shopping).Promotions.Count >= Promotions / 2);
    }

    private static CartLine Line(int number)
    {
        var sku = $"SKU-{number}";
        var line = new CartLine
        {
            Sku = sku,
            Quantity = 1 + number % 7,
            Position = number,
        };
        line.Accept(
            new Offer
            {
                Sku = sku,
                Title = sku,
                PriceMinor = 100 + number * 37,
                Currency = "EUR",
                Categories = [Shelf(number)],
            }
        );
        return line;
    }

    private static Promotion Promotion(int number) =>
        new()
        {
            Id = Guid.CreateVersion7(),
            Name = $"Promotion {number}",
            Kind = (PromotionKind)(number % 4),
            BasisPoints = 1_000,
            AmountMinor = 500,
            BuyQuantity = 2,
            GetQuantity = 1,
            Categories = number % 2 == 0 ? [Shelf(number)] : [],
            Stacks = number < Promotions - 1,
            Priority = number,
        };

    private static string Shelf(int number) => $"shelf-{number % Shelves}";
}
