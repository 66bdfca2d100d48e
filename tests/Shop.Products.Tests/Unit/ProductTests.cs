using Shop.BuildingBlocks.Contracts;
using Shop.Products.Contracts;
using Shop.Products.Domain;

namespace Shop.Products.Tests.Unit;

public sealed class ProductTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly ProductContent Boots = new(
        "Boots",
        "Warm.",
        "Daybird",
        "footwear",
        ["Size"],
        [new("B-40", ["40"], new Money(10_00, "EUR"), null, null), new("B-41", ["41"], new Money(11_00, "EUR"), 12_00, "123")],
        [new("/b.svg", "Boots")]
    );

    [Fact]
    public void A_new_product_is_a_draft() => Create().Status.ShouldBe(ProductStatus.Draft);

    [Fact]
    public void A_product_says_what_it_was_told() => Create().Content().SameAs(Boots).ShouldBeTrue();

    [Fact]
    public void A_change_that_changes_nothing_makes_no_version()
    {
        var product = Create();
        var same = Boots with { Variants = [.. Boots.Variants.Select(v => v with { OptionValues = [.. v.OptionValues] })] };
        product.Change(same, Now).ShouldBeFalse();
        product.Version.ShouldBe(1);
    }

    [Fact]
    public void A_change_replaces_variants_and_keeps_their_order()
    {
        var product = Create();
        var next = Boots with { Variants = [Boots.Variants[1], new("B-42", ["42"], new Money(9_00, "EUR"), null, null)] };
        product.Change(next, Now).ShouldBeTrue();
        product.Variants.Select(v => v.Sku).ShouldBe(["B-41", "B-42"]);
        product.Version.ShouldBe(2);
    }

    [Fact]
    public void Publishing_twice_publishes_once()
    {
        var product = Create();
        product.Publish(Now).ShouldBeTrue();
        product.Publish(Now).ShouldBeFalse();
        product.Unpublish(Now).ShouldBeTrue();
        product.Unpublish(Now).ShouldBeFalse();
        product.Version.ShouldBe(3);
    }

    [Fact]
    public void Its_snapshot_names_each_variant_by_its_options()
    {
        var snapshot = Create()
            .ToSnapshot(new(new Dictionary<string, IReadOnlyList<CategorySnapshot>>(), new Dictionary<string, AttributeDefinition>()));
        snapshot.Variants.Select(v => (v.Sku, v.Title, v.Price.Minor)).ShouldBe([("B-40", "40", 10_00L), ("B-41", "41", 11_00L)]);
        snapshot.ImageUrl.ShouldBe("/b.svg");
    }

    private static Product Create() => Product.Create(Guid.CreateVersion7(), "boots", Boots, Now);
}
