using System.Net;
using System.Net.Sockets;
using Shop.LocalServices.Web;
using Shop.TestKit.World;

namespace Shop.Host.Tests.Start;

/// <summary>What a developer does with a clone and nothing else.</summary>
public sealed class LaptopTests
{
    private const int UsualPaymentsPort = 5090;

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

    [Fact]
    public async Task Commands_work_beside_the_shop_wherever_its_payment_provider_is()
    {
        using var neighbour = new TcpListener(IPAddress.Loopback, UsualPaymentsPort);
        if (LoopbackPort.IsFree(UsualPaymentsPort))
            neighbour.Start();
        await using var laptop = new Laptop();
        await File.WriteAllTextAsync(laptop.At("products.csv"), Csv, TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ChildProcess.FreePort()}") };
        await using var shop = laptop.Start($"--urls={http.BaseAddress}", "--seed=0");
        await Laptop.IsReadyAsync(shop, http);

        // On a machine so busy that the provider's first answer is late, the books can't be read at once.
        await Eventually.IsTrueAsync(
            "the books agree",
            async () => await laptop.RunAsync("reconcile") is (0, var books) && books.Contains("0 violation(s)"),
            Laptop.Limit
        );

        var import = await laptop.RunAsync("import", "products", "products.csv");
        import.Code.ShouldBe(0, import.Output);
        await Eventually.IsTrueAsync(
            "the lamp is in stock",
            async () => (await http.GetStringAsync("/api/v1/products/lamp")).Contains("\"available\":true")
        );
    }

    [Fact]
    public async Task A_stop_while_the_shop_still_starts_leaves_no_database_running()
    {
        await using var laptop = new Laptop();
        await using var shop = laptop.Start("--urls=http://127.0.0.1:0");
        await Eventually.IsTrueAsync("the database starts", () => Task.FromResult(laptop.DatabaseRuns), Laptop.Limit);

        shop.Terminate();
        await shop.WaitForExitAsync(Laptop.Limit);

        shop.ExitCode.ShouldBe(0, shop.Tail());
        laptop.DatabaseRuns.ShouldBeFalse();
    }

    [Fact]
    public async Task A_stop_while_the_demo_catalogue_is_read_in_is_a_clean_one()
    {
        await using var laptop = new Laptop();
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ChildProcess.FreePort()}") };
        await using var shop = laptop.Start($"--urls={http.BaseAddress}", "--seed=20000");
        await Laptop.IsReadyAsync(shop, http);

        shop.Terminate();
        await shop.WaitForExitAsync(Laptop.Limit);

        shop.ExitCode.ShouldBe(0, shop.Tail());
        laptop.DatabaseRuns.ShouldBeFalse();
        Directory.GetFiles(laptop.At("tmp"), "*.tmp").ShouldBeEmpty();
    }
}
