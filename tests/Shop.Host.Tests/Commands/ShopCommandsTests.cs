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
    public void Settings_alone_serve_the_shop()
    {
        string[] args = ["--urls=http://127.0.0.1:0", "--seed=0"];

        ShopCommands.IsCommand(args).ShouldBeFalse();
        ShopCommands.SettingsOf(args).ShouldBe(args);
    }
}
