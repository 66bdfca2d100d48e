using System.Globalization;
using Bogus;

namespace Shop.LocalServices.Catalogue;

/// <summary>Something to buy, with one value for each of the product's options.</summary>
internal sealed record DemoVariant(string[] Values, string Sku, string Barcode, int Price, int? CompareAt, int Stock);

/// <summary>A product of the demo catalogue. Its number decides everything about it, on every machine and in every catalogue.</summary>
internal sealed record DemoProduct(
    int Number,
    DemoCategory Category,
    string Title,
    string Handle,
    string Description,
    string Vendor,
    string[] Tags,
    bool Active,
    int Grams,
    DemoOption[] Options,
    DemoVariant[] Variants
)
{
    private const int Seed = 20_261_122;
    private const int MostVariants = 6;

    private static readonly string[] Names =
    [
        "Alba",
        "Birk",
        "Cala",
        "Dune",
        "Elm",
        "Fjord",
        "Grove",
        "Harbour",
        "Isla",
        "Juno",
        "Kelp",
        "Loft",
        "Mira",
        "Nord",
        "Ono",
        "Pine",
        "Quill",
        "Reed",
        "Sol",
        "Tarn",
        "Umber",
        "Vale",
        "Wren",
        "Yarrow",
        "Zephyr",
    ];

    private static readonly string[] Vendors =
    [
        "Atelier Ost",
        "Bergmann",
        "Casa Verde",
        "Dalby & Co",
        "Fennel",
        "Gustav",
        "Hansa",
        "Kiln",
        "Lykke",
        "Maker's Row",
        "Nordlicht",
        "Plain Goods",
        "Quay",
        "Studio Pil",
        "Tide",
        "Werkhaus",
    ];

    private static readonly string[] Praise =
    [
        "made to last",
        "made in small batches",
        "repairable for life",
        "designed to be used every day",
        "light enough to take along",
        "pleasant to the touch",
    ];

    private static readonly string[] Tagged = ["new", "bestseller", "gift", "sustainable", "handmade", "limited"];

    public static DemoProduct Make(int number)
    {
        var random = new Randomizer(unchecked(Seed + number * 7_919));
        var category = DemoCategory.All[number % DemoCategory.All.Count];
        var material = random.ArrayElement(category.Materials);
        var thing = random.ArrayElement(category.Things);
        var title = $"{random.ArrayElement(Names)} {material} {thing}";
        var handle = $"{title.ToLowerInvariant().Replace(' ', '-')}-{number}";
        var options = category.Options[..random.Int(1, category.Options.Length)];
        var price = random.Int(category.Cheapest / 100, category.Dearest / 100) * 100 + random.ArrayElement([0, 50, 90, 95, 99]);
        var praise = random.ArrayElement(Praise);
        return new(
            number,
            category,
            title,
            handle,
            $"<p>{title}: {praise}.</p><ul><li>{random.ArrayElement(Praise)}</li><li>Ships within two days</li></ul>",
            random.ArrayElement(Vendors),
            random.ArrayElements(Tagged, random.Int(0, 2)),
            Active: random.Int(1, 100) <= 97,
            random.Int(category.Grams / 10, category.Grams),
            options,
            MakeVariants(random, number, category, options, price)
        );
    }

    private static DemoVariant[] MakeVariants(Randomizer random, int number, DemoCategory category, DemoOption[] options, int price)
    {
        // Each option keeps a few neighbouring values, as a shop would stock them; all combinations of them are sold, up to a limit.
        var kept = options.Select((option, i) => Neighbours(random, option.Values, i == 0 ? 3 : 2)).ToArray();
        var combinations = kept.Aggregate<string[], IEnumerable<string[]>>(
            [
                [],
            ],
            (all, values) => all.SelectMany(_ => values, (before, value) => (string[])[.. before, value])
        );
        var compareAt = random.Int(1, 5) == 1 ? price + price / random.Int(3, 8) : (int?)null;
        var prefix = string.Concat(category.Name.Where(char.IsAsciiLetter).Take(3)).ToUpperInvariant();
        return
        [
            .. combinations
                .Take(random.Int(1, MostVariants))
                .Select(
                    (values, i) =>
                        new DemoVariant(
                            values,
                            $"{prefix}-{number:D6}-{i + 1}",
                            Barcode(number, i),
                            price,
                            compareAt,
                            random.Int(1, 12) == 1 ? 0 : random.Int(5, 500)
                        )
                ),
        ];
    }

    private static string[] Neighbours(Randomizer random, string[] values, int most)
    {
        var count = random.Int(1, Math.Min(most, values.Length));
        var first = random.Int(0, values.Length - count);
        return values[first..(first + count)];
    }

    // EAN-13 from the range that shops use for themselves (beginning with 2), with its check digit.
    private static string Barcode(int number, int variant)
    {
        var digits = string.Create(CultureInfo.InvariantCulture, $"20{number:D8}{variant:D2}");
        var sum = digits.Select((digit, i) => (digit - '0') * (i % 2 == 0 ? 1 : 3)).Sum();
        return digits + (10 - sum % 10) % 10;
    }
}
