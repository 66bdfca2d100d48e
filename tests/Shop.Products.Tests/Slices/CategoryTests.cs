namespace Shop.Products.Tests.Slices;

public sealed class CategoryTests(ShopFixture shop)
{
    [Fact]
    public async Task A_category_page_shows_what_is_in_its_branch()
    {
        var (root, child, grandchild) = await BranchAsync();
        var inRoot = await SellInAsync(root);
        var inGrandchild = await SellInAsync(grandchild);
        await SellInAsync(Catalogue.Unique("elsewhere"));

        (await shop.GetAsync($"/api/v1/products?category={root}")).Slugs().ShouldBe([inGrandchild, inRoot]);
        (await shop.GetAsync($"/api/v1/products?category={child}")).Slugs().ShouldBe([inGrandchild]);
        var page = await shop.GetAsync($"/api/v1/products/categories/{child}");
        page["path"]!.AsArray().Select(p => p!.Text("slug")).ShouldBe([root, child]);
        page["children"]!.AsArray().Select(p => p!.Text("slug")).ShouldBe([grandchild]);
        (await shop.GetAsync($"/api/v1/products/{inGrandchild}"))["categoryPath"]!
            .AsArray()
            .Select(p => p!.Text("slug"))
            .ShouldBe([root, child, grandchild]);
    }

    [Fact]
    public async Task A_branch_moves_with_all_that_is_below_it_and_the_others_are_told()
    {
        var (root, child, grandchild) = await BranchAsync();
        var target = await CreateAsync(null);
        var product = await SellInAsync(grandchild);

        await MoveAsync(child, target);

        (await shop.GetAsync($"/api/v1/products?category={root}")).Slugs().ShouldBeEmpty();
        (await shop.GetAsync($"/api/v1/products?category={target}")).Slugs().ShouldBe([product]);
        await Eventually.IsTrueAsync(
            "the path is told",
            async () => await shop.SentAsync("products.products-published.v1", $"\"{target}\"") > 0
        );
    }

    [Fact]
    public async Task A_category_is_never_moved_below_itself()
    {
        var (root, child, grandchild) = await BranchAsync();
        var etag = await ETagAsync(root);
        foreach (var below in new[] { root, child, grandchild })
            await shop.StaffIsRefusedAsync(
                422,
                "products.category_cycle",
                HttpMethod.Put,
                $"/categories/{root}",
                new { name = root, parent = below },
                etag
            );
    }

    [Fact]
    public async Task Two_moves_at_once_close_no_circle()
    {
        for (var round = 0; round < 5; round++)
        {
            var (a, b) = (await CreateAsync(null), await CreateAsync(null));
            var (tagA, tagB) = (await ETagAsync(a), await ETagAsync(b));

            var answers = await Task.WhenAll(
                shop.StaffAsync(HttpMethod.Put, $"/categories/{a}", new { name = a, parent = b }, tagA),
                shop.StaffAsync(HttpMethod.Put, $"/categories/{b}", new { name = b, parent = a }, tagB)
            );

            answers.Count(r => r.IsSuccessStatusCode).ShouldBe(1);
            (
                await shop.ScalarAsync<long>(
                    "select count(*) from products.categories a join products.categories b on a.parent = b.slug and b.parent = a.slug where a.slug = $1",
                    a
                )
            ).ShouldBe(0);
        }
    }

    [Fact]
    public async Task A_tree_has_a_bound()
    {
        string? parent = null;
        for (var depth = 0; depth < 8; depth++)
            parent = await CreateAsync(parent);
        await shop.StaffIsRefusedAsync(
            422,
            "products.category_too_deep",
            HttpMethod.Post,
            "/categories",
            new { name = Catalogue.Unique("deep"), parent }
        );
    }

    [Fact]
    public async Task A_category_in_use_is_not_deleted_and_an_empty_one_is()
    {
        var (root, child, grandchild) = await BranchAsync();
        await SellInAsync(child);
        await shop.StaffIsRefusedAsync(409, "products.category_in_use", HttpMethod.Delete, $"/categories/{root}");
        await shop.StaffIsRefusedAsync(409, "products.category_in_use", HttpMethod.Delete, $"/categories/{child}");
        await shop.StaffDoesAsync(HttpMethod.Delete, $"/categories/{grandchild}");
        await shop.StaffIsRefusedAsync(404, "products.category_not_found", HttpMethod.Delete, $"/categories/{grandchild}");
    }

    [Fact]
    public async Task A_change_to_another_state_than_the_one_read_is_refused()
    {
        var category = await CreateAsync(null);
        var etag = await ETagAsync(category);
        await shop.StaffDoesAsync(HttpMethod.Put, $"/categories/{category}", new { name = "First" }, etag);
        await shop.StaffIsRefusedAsync(
            412,
            "products.version_mismatch",
            HttpMethod.Put,
            $"/categories/{category}",
            new { name = "Second" },
            etag
        );
        await shop.StaffIsRefusedAsync(
            428,
            "products.if_match_required",
            HttpMethod.Put,
            $"/categories/{category}",
            new { name = "Third" }
        );
    }

    [Fact]
    public async Task A_category_that_changed_around_is_not_what_was_read()
    {
        var root = await CreateAsync(null);
        var before = await ETagAsync(root);
        var child = await CreateAsync(root);
        (await ETagAsync(root)).ShouldNotBe(before);
        before = await ETagAsync(child);
        await shop.StaffDoesAsync(HttpMethod.Put, $"/categories/{root}", new { name = root + " renamed" }, await ETagAsync(root));
        (await ETagAsync(child)).ShouldNotBe(before);
    }

    [Fact]
    public async Task A_category_that_was_renamed_is_found_by_its_name()
    {
        var category = await CreateAsync(null);
        var name = Catalogue.Unique("renamed");
        await shop.StaffDoesAsync(HttpMethod.Put, $"/categories/{category}", new { name }, await ETagAsync(category));
        var request = Catalogue.Request(name);
        request["category"] = name;
        (await shop.CreateAsync(request, name)).Text("category").ShouldBe(category);
        (await shop.ScalarAsync<long>("select count(*) from products.categories where slug = $1", name)).ShouldBe(0);
    }

    [Fact]
    public async Task A_category_made_by_the_version_before_stands_at_the_root()
    {
        var slug = Catalogue.Unique("c");
        await shop.ScalarAsync<int>("insert into products.categories (slug, name) values ($1, $1) returning 1", slug);
        (await shop.GetAsync($"/api/v1/products/categories/{slug}"))["path"]!.AsArray().Select(p => p!.Text("slug")).ShouldBe([slug]);
        var child = await CreateAsync(slug);
        (await shop.GetAsync($"/api/v1/products/categories/{child}"))["path"]!
            .AsArray()
            .Select(p => p!.Text("slug"))
            .ShouldBe([slug, child]);
    }

    private async Task<(string Root, string Child, string Grandchild)> BranchAsync()
    {
        var root = await CreateAsync(null);
        var child = await CreateAsync(root);
        return (root, child, await CreateAsync(child));
    }

    private async Task<string> CreateAsync(string? parent) =>
        (await shop.StaffDoesAsync(HttpMethod.Post, "/categories", new { name = Catalogue.Unique("c"), parent })).Text("slug");

    private async Task MoveAsync(string category, string parent) =>
        await shop.StaffDoesAsync(HttpMethod.Put, $"/categories/{category}", new { name = category, parent }, await ETagAsync(category));

    private async Task<string> ETagAsync(string category)
    {
        using var response = await shop.Client.GetAsync($"/api/v1/products/categories/{category}");
        return response.Headers.ETag!.ToString();
    }

    // Staff name a category; the test knows its address.
    private async Task<string> SellInAsync(string category)
    {
        var slug = Catalogue.Unique();
        var request = Catalogue.Request(slug);
        request["category"] = category;
        var product = await shop.CreateAsync(request, slug);
        await shop.StaffDoesAsync(HttpMethod.Post, $"/{product["id"]}/publish");
        return slug;
    }
}
