namespace Shop.LocalServices.Catalogue;

/// <summary>One choice a shopper has, e.g. a size.</summary>
internal sealed record DemoOption(string Name, string[] Values);

/// <summary>What products of one category are made of.</summary>
/// <param name="Name">As the shop shows it.</param>
/// <param name="Taxonomy">Shopify's path for it.</param>
/// <param name="Things">What is sold.</param>
/// <param name="Materials">What it may be made of.</param>
/// <param name="Options">What may be chosen; a product has the first one at least.</param>
/// <param name="Cheapest">In cents.</param>
/// <param name="Dearest">In cents.</param>
/// <param name="Grams">The heaviest.</param>
internal sealed record DemoCategory(
    string Name,
    string Taxonomy,
    string[] Things,
    string[] Materials,
    DemoOption[] Options,
    int Cheapest,
    int Dearest,
    int Grams
)
{
    private static readonly DemoOption Colour = new("Color", ["Black", "Ecru", "Forest", "Navy", "Rust", "Sand", "Sky", "Wine"]);
    private static readonly DemoOption Clothes = new("Size", ["XS", "S", "M", "L", "XL", "XXL"]);
    private static readonly DemoOption Feet = new("Size", ["37", "38", "39", "40", "41", "42", "43", "44"]);
    private static readonly DemoOption Volume = new("Volume", ["250 ml", "500 ml", "750 ml", "1 l"]);
    private static readonly DemoOption Pack = new("Pack", ["1", "2", "4", "6"]);
    private static readonly DemoOption Finish = new("Finish", ["Matte", "Glossy", "Natural"]);
    private static readonly DemoOption Dimensions = new("Size", ["Small", "Medium", "Large"]);
    private static readonly DemoOption Fit = new("Fit", ["Regular", "Slim", "Relaxed"]);

    public static IReadOnlyList<DemoCategory> All { get; } =
    [
        new(
            "Clothing",
            "Apparel & Accessories > Clothing",
            ["Shirt", "T-Shirt", "Jumper", "Jacket", "Trousers", "Cardigan", "Dress"],
            ["Linen", "Cotton", "Merino", "Hemp", "Denim"],
            [Clothes, Colour, Fit],
            1_900,
            18_900,
            900
        ),
        new(
            "Shoes",
            "Apparel & Accessories > Shoes",
            ["Trainers", "Boots", "Loafers", "Sandals", "Hiking Shoes"],
            ["Leather", "Canvas", "Suede", "Recycled"],
            [Feet, Colour],
            4_900,
            24_900,
            1_400
        ),
        new(
            "Bags",
            "Luggage & Bags",
            ["Backpack", "Tote", "Weekender", "Messenger Bag", "Hip Bag"],
            ["Canvas", "Leather", "Waxed Cotton", "Recycled"],
            [Colour, Dimensions],
            2_900,
            29_900,
            1_800
        ),
        new(
            "Kitchen",
            "Home & Garden > Kitchen & Dining",
            ["Pan", "Knife", "Teapot", "Bowl", "Plate", "Chopping Board", "Coffee Grinder"],
            ["Cast-Iron", "Steel", "Stoneware", "Oak", "Enamel"],
            [Dimensions, Finish],
            900,
            22_900,
            3_500
        ),
        new(
            "Furniture",
            "Furniture",
            ["Chair", "Stool", "Side Table", "Shelf", "Bench", "Desk"],
            ["Oak", "Walnut", "Ash", "Steel", "Rattan"],
            [Finish, Dimensions, Colour],
            7_900,
            149_900,
            24_000
        ),
        new(
            "Lighting",
            "Home & Garden > Lighting",
            ["Pendant Lamp", "Desk Lamp", "Floor Lamp", "Wall Light", "Lantern"],
            ["Brass", "Paper", "Glass", "Steel", "Ceramic"],
            [Colour, Dimensions],
            2_900,
            44_900,
            4_000
        ),
        new(
            "Textiles",
            "Home & Garden > Linens & Bedding",
            ["Blanket", "Cushion", "Towel", "Tablecloth", "Bed Linen"],
            ["Linen", "Cotton", "Wool", "Bamboo"],
            [Colour, Dimensions],
            1_200,
            15_900,
            2_000
        ),
        new(
            "Care",
            "Health & Beauty > Personal Care",
            ["Soap", "Shampoo", "Hand Cream", "Body Oil", "Shaving Cream"],
            ["Lavender", "Cedar", "Almond", "Rosemary", "Unscented"],
            [Volume, Pack],
            490,
            4_900,
            1_100
        ),
        new(
            "Coffee & Tea",
            "Food, Beverages & Tobacco > Beverages",
            ["Espresso", "Filter Coffee", "Green Tea", "Black Tea", "Herbal Tea"],
            ["Ethiopian", "Colombian", "Darjeeling", "Organic", "House"],
            [new("Weight", ["250 g", "500 g", "1 kg"]), new("Grind", ["Whole", "Filter", "Espresso"])],
            590,
            3_900,
            1_000
        ),
        new(
            "Stationery",
            "Office Supplies",
            ["Notebook", "Fountain Pen", "Pencil Set", "Planner", "Envelope Set"],
            ["Recycled", "Dotted", "Brass", "Cedar", "Cotton"],
            [Colour, Pack],
            390,
            8_900,
            600
        ),
        new(
            "Outdoor",
            "Sporting Goods > Outdoor Recreation",
            ["Tent", "Sleeping Bag", "Bottle", "Hammock", "Camp Stove", "Head Torch"],
            ["Ultralight", "Steel", "Down", "Ripstop", "Titanium"],
            [Colour, Dimensions],
            1_900,
            59_900,
            4_500
        ),
        new(
            "Toys",
            "Toys & Games",
            ["Building Blocks", "Puzzle", "Spinning Top", "Kite", "Plush Bear", "Marble Run"],
            ["Beech", "Cotton", "Cardboard", "Maple", "Felt"],
            [Pack, Colour],
            990,
            9_900,
            2_500
        ),
    ];
}
