using System.Globalization;
using System.Xml.Linq;
using CsvHelper;
using Shop.LocalServices.Catalogue;

namespace Shop.LocalServices.Tests.Catalogue;

public sealed class DemoCatalogueTests
{
    [Fact]
    public async Task It_is_the_same_each_time_and_a_larger_one_begins_with_the_smaller()
    {
        var small = await WriteAsync(50);
        (await WriteAsync(50)).ShouldBe(small);
        (await WriteAsync(80)).ShouldStartWith(small);
    }

    [Fact]
    public async Task Its_rows_are_what_an_importer_expects()
    {
        var rows = Read(await WriteAsync(600));
        var products = rows.GroupBy(r => r["URL handle"]).ToList();
        products.Count.ShouldBe(600);
        products.Select(p => p.First()["Type"]).Distinct().Count().ShouldBe(12);
        products.Select(p => p.Count()).Distinct().ShouldBe([1, 2, 3, 4, 5, 6], ignoreOrder: true);
        rows.Select(r => r["SKU"]).ShouldBeUnique();
        rows.Select(r => r["Barcode"]).ShouldBeUnique();
        rows.ShouldAllBe(r => decimal.Parse(r["Price"], CultureInfo.InvariantCulture) > 0 && int.Parse(r["Inventory quantity"]) >= 0);
        rows.ShouldContain(r => r["Compare-at price"] != "");
        foreach (var product in products)
        {
            product.First()["Title"].ShouldNotBeEmpty();
            product.First()["Option1 name"].ShouldNotBeEmpty();
            product.First()["Product image URL"].ShouldMatch(@"^/pictures/\d+\.svg$");
            product.Skip(1).ShouldAllBe(r => r["Title"] == "");
            product.Select(r => (r["Option1 value"], r["Option2 value"], r["Option3 value"])).ShouldBeUnique();
        }
        rows.ShouldContain(r => r["Option3 value"] != "");
    }

    [Fact]
    public async Task Barcodes_have_their_check_digit()
    {
        foreach (var row in Read(await WriteAsync(20)))
        {
            var code = row["Barcode"];
            code.Length.ShouldBe(13);
            (code.Select((digit, i) => (digit - '0') * (i % 2 == 0 ? 1 : 3)).Sum() % 10).ShouldBe(0);
        }
    }

    [Fact]
    public void Pictures_are_proper_and_keep_to_their_number()
    {
        var pictures = Enumerable.Range(1, 300).Select(ProductPicture.Draw).ToList();
        pictures.ShouldAllBe(p => XDocument.Parse(p).Root!.Elements().Count() > 1);
        pictures.Distinct().Count().ShouldBe(300);
        ProductPicture.Draw(42).ShouldBe(pictures[41]);
    }

    private static async Task<string> WriteAsync(int products)
    {
        using var writer = new StringWriter();
        await DemoCatalogue.WriteAsync(writer, products, cancellationToken: TestContext.Current.CancellationToken);
        return writer.ToString();
    }

    private static List<Dictionary<string, string>> Read(string csv)
    {
        using var reader = new CsvReader(new StringReader(csv), CultureInfo.InvariantCulture);
        reader.Read();
        reader.ReadHeader();
        var rows = new List<Dictionary<string, string>>();
        while (reader.Read())
            rows.Add(reader.HeaderRecord!.ToDictionary(name => name, name => reader.GetField(name) ?? ""));
        return rows;
    }
}
