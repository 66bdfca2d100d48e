namespace Shop.Host.Tests.Storefront;

public sealed class HomePageTests(ShopFixture shop)
{
    [Fact]
    public async Task The_window_is_dressed_without_a_line_of_inline_style_or_script()
    {
        var answer = await shop.Client.GetAsync("/", TestContext.Current.CancellationToken);
        var page = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/html; charset=utf-8");
        answer.Headers.GetValues("Content-Security-Policy").Single().ShouldNotContain("unsafe");
        page.ShouldContain("<!DOCTYPE html>");
        page.ShouldNotContain("<script");
        page.ShouldNotContain("style=");
        page.ShouldContain("href=\"/scalar\"");
    }

    [Fact]
    public async Task What_is_searched_for_is_shown_as_text()
    {
        var page = await (
            await shop.Client.GetAsync("/?q=<script>alert(1)</script>", TestContext.Current.CancellationToken)
        ).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        page.ShouldContain("&lt;script&gt;");
        page.ShouldNotContain("<script");
    }

    [Fact]
    public async Task A_page_that_nobody_gave_out_shows_nothing_and_is_no_failure_of_the_shop()
    {
        var answer = await shop.Client.GetAsync("/?cursor=abc", TestContext.Current.CancellationToken);

        answer.EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task The_style_sheet_may_be_kept_for_ever()
    {
        var page = await (await shop.Client.GetAsync("/", TestContext.Current.CancellationToken)).Content.ReadAsStringAsync(
            TestContext.Current.CancellationToken
        );
        var link = page.Split("rel=\"stylesheet\" href=\"")[1].Split('"')[0];

        var sheet = await shop.Client.GetAsync(link, TestContext.Current.CancellationToken);

        sheet.EnsureSuccessStatusCode();
        sheet.Headers.CacheControl!.ToString().ShouldContain("immutable");
    }
}
