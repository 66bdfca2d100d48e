using Shop.Host.Commands;

namespace Shop.Host.Tests.Commands;

public sealed class ShopCommandsTests
{
    [Fact]
    public void A_file_named_from_the_root_takes_no_setting_with_it()
    {
        string[] args = ["import", "products", "/tmp/products.csv", "--environment=Testing"];

        ShopCommands.WordsOf(args).ShouldBe(["import", "products", "/tmp/products.csv"]);
        ShopCommands.SettingsOf(args).ShouldBe(["--environment=Testing"]);
    }

    [Fact]
    public void A_wish_for_json_takes_no_setting_with_it() =>
        ShopCommands.SettingsOf(["advise", "--json", "--url=http://localhost:5080"]).ShouldBe(["--url=http://localhost:5080"]);

    [Fact]
    public void Settings_alone_serve_the_shop()
    {
        string[] args = ["--urls=http://127.0.0.1:0", "--seed=0"];

        ShopCommands.IsCommand(args).ShouldBeFalse();
        ShopCommands.SettingsOf(args).ShouldBe(args);
    }

    [Theory]
    [InlineData(true, "--urls=http://127.0.0.1:0")]
    [InlineData(true, "migrate", "--environment=Testing")]
    [InlineData(true, "import", "products", "a.csv", "report.txt")]
    [InlineData(true, "export", "products", "a.ndjson")]
    [InlineData(true, "deadletters", "replay", "one", "two")]
    [InlineData(true, "advise", "--json", "--url=http://localhost:5080")]
    [InlineData(false, "advise", "Search")]
    [InlineData(false, "migrat")]
    [InlineData(false, "import", "products")]
    [InlineData(false, "export", "products")]
    [InlineData(false, "deadletters", "--environment=Testing")]
    public void What_is_mistyped_is_known_before_anything_starts(bool isUnderstood, params string[] args) =>
        ShopCommands.IsUnderstood(args).ShouldBe(isUnderstood);
}
