using Shop.TestKit.World;

namespace Shop.ExtractionTests;

/// <summary>docs/extract-a-module.md does what it says: its commands, in their order, with a purchase after each.</summary>
[Collection(Release.InTurn)]
public sealed class WalkthroughTests
{
    private const string Program = "Shop.Host";

    [Fact]
    public async Task A_module_is_taken_out_and_back_by_the_commands_of_the_manual()
    {
        await using var world = await Release.StartAsync(Topology.One);
        var staff = await Staff.SignInAsync(world.Client);
        await staff.AddProductsAsync(("BOOT-42", 4_900, 1_000));
        var (module, inside) = (ChildProcess.FreePort(), world.InternalAddress.Port);
        var commands = Commands().ToArray();
        commands.Length.ShouldBeGreaterThan(10);

        foreach (var command in commands)
        {
            if (command.StartsWith("# stop", StringComparison.Ordinal))
            {
                world.HostOf("Inventory").Terminate();
                await world.HostOf("Inventory").WaitForExitAsync(TimeSpan.FromSeconds(30));
                continue;
            }
            var words = command
                .Replace("http://inventory:8080", $"http://127.0.0.1:{module}", StringComparison.Ordinal)
                .Replace("http://shop:8081", $"http://127.0.0.1:{inside}", StringComparison.Ordinal)
                .Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is [var first, ..] && !first.StartsWith('-'))
            {
                var (exitCode, output) = await world.RunCommandAsync(words);
                exitCode.ShouldBe(0, $"{command}\n{output}");
            }
            else if (words is ["--modules", "Inventory", ..])
                await world.ReplaceAsync("Inventory", module, words);
            else
                await world.ReplaceAsync(null, null, words);

            var shopper = new Shopper(world.Client);
            await shopper.FillCartAsync(("BOOT-42", 1));
            (await Purchase.InsistAsync(shopper))["state"].ShouldBe("completed", command);
        }
        var (code, books) = await world.ReconcileAsync(TimeSpan.FromSeconds(30));
        code.ShouldBe(0, books);
    }

    private static IEnumerable<string> Commands()
    {
        var isCode = false;
        foreach (var line in File.ReadLines(Path.Combine(TestServer.RepositoryRoot(), "docs", "extract-a-module.md")))
            if (line.StartsWith("```", StringComparison.Ordinal))
                isCode = line == "```sh";
            else if (isCode)
                yield return line.StartsWith(Program, StringComparison.Ordinal) ? line[Program.Length..].Trim() : line;
    }
}
