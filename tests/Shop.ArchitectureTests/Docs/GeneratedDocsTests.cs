using Shop.ArchitectureTests.Model;

namespace Shop.ArchitectureTests.Docs;

/// <summary>The pages in docs/modules, and the picture on the front page, say what the code says.</summary>
public sealed class GeneratedDocsTests(ShopFixture shop)
{
    private const string Begin = "<!-- modules:begin -->\n";
    private const string End = "<!-- modules:end -->";

    private static readonly string Folder = Repo.At("docs", "modules");

    [Fact]
    public void Module_pages_say_what_the_code_says()
    {
        var pages = new ModulePages(new(shop.Services)).All;
        Approved.WriteWhenAsked(Folder, pages);
        Approved.Differences(Folder, pages, Approved.Command).ShouldBeNone(pages.Count);
    }

    [Fact]
    public void The_front_page_shows_the_real_graph()
    {
        var path = Repo.At("README.md");
        var committed = File.ReadAllText(path);
        var drawn = Redraw(committed, new ModulePages(new(shop.Services)).SmallGraph());
        drawn.ShouldNotBeNull($"README.md has no line {Begin.Trim()} followed by a line {End}");
        if (Approved.IsAskedToWrite && drawn != committed)
            File.WriteAllText(path, drawn);
        Approved.Difference("README.md", File.ReadAllText(path), drawn, Approved.Command).ShouldBeNone(1);
    }

    [Fact]
    public void Every_option_of_a_module_is_on_its_page()
    {
        var options = ShopModule.All.SelectMany(m => ConfigurationKey.Bound(Il.Types(m.Code), m.Code)).ToArray();
        ConfigurationKey.Unbound(ShopModule.AllTypes, options.Select(o => o.Options)).ShouldBeNone(options.Length);
    }

    [Fact]
    public void Planted_options_without_a_section_are_caught()
    {
        var code = GetType().Assembly;
        var bound = ConfigurationKey.Bound(Il.Types(code).In("Shop.Beta.Settings"), code).ToArray();
        bound.ShouldBe([(typeof(Beta.Settings.BoundOptions), "Beta:Bound")]);
        Type[] written = [typeof(Beta.Settings.BoundOptions), typeof(Beta.Settings.InnerOptions), typeof(Beta.Settings.LostOptions)];
        var found = ConfigurationKey.Unbound(written, bound.Select(b => b.Options)).ToArray();
        found.ShouldHaveSingleItem().Who.ShouldContain(nameof(Beta.Settings.LostOptions));
    }

    [Fact]
    public void Planted_stale_page_is_caught()
    {
        var folder = Directory.CreateTempSubdirectory("shop-pages-").FullName;
        try
        {
            var pages = new ModulePages(new(shop.Services)).All;
            Approved.Write(folder, pages);
            Approved.Differences(folder, pages, Approved.Command).ShouldBeEmpty();
            File.AppendAllText(Path.Combine(folder, "orders.md"), "By hand.\n");
            File.WriteAllText(Path.Combine(folder, "wishes.md"), "Gone.\n");
            File.Delete(Path.Combine(folder, "search.md"));
            var found = Approved.Differences(folder, pages, Approved.Command).ToArray();
            found.ShouldCatch("orders.md", "differs");
            found.ShouldCatch("wishes.md", "stands for nothing");
            found.ShouldCatch("search.md", "missing");
            found.ShouldAllBe(v => v.Fix.Contains(Approved.Command));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Planted_stale_picture_is_redrawn()
    {
        Redraw($"# Shop\n{Begin}old\n{End}\nmore\n", "new\n").ShouldBe($"# Shop\n{Begin}new\n{End}\nmore\n");
        Redraw("# Shop\n", "new\n").ShouldBeNull();
    }

    private static string? Redraw(string page, string graph)
    {
        var begin = page.IndexOf(Begin, StringComparison.Ordinal);
        var end = page.IndexOf(End, StringComparison.Ordinal);
        return begin < 0 || end < begin ? null : page[..(begin + Begin.Length)] + graph + page[end..];
    }
}
