namespace Shop.Host.Tests.Start;

/// <summary>What a developer does with a clone and nothing else.</summary>
public sealed class LaptopTests
{
    private const string Csv = """
        Handle,Title,Status,Variant SKU,Variant Price,Variant Inventory Qty
        lamp,Lamp,active,LAMP-1,12.50,3
        """;

    [Fact]
    public async Task Products_are_imported_before_the_shop_was_ever_started()
    {
        await using var laptop = new Laptop();
        await File.WriteAllTextAsync(laptop.At("products.csv"), Csv, TestContext.Current.CancellationToken);

        var (code, output) = await laptop.RunAsync("import", "products", "products.csv");

        code.ShouldBe(0, output);
        output.ShouldContain("Created = 1");
        laptop.DatabaseRuns.ShouldBeFalse();
    }
}
