using Shop.Products.Domain;

namespace Shop.Products.Tests.Unit;

public sealed class DomainTests
{
    [Theory]
    [InlineData("Wanderer Black Hiking Boots", "wanderer-black-hiking-boots")]
    [InlineData("  Crème brûlée & Söhne! ", "creme-brulee-soehne")]
    [InlineData("Ski/boarding", "ski-boarding")]
    [InlineData("--a__b--", "a-b")]
    [InlineData("漢字", "")]
    public void An_address_is_made_of_a_name(string name, string slug) => Slugs.From(name).ShouldBe(slug);

    [Theory]
    [InlineData("boots-2", true)]
    [InlineData("Boots", false)]
    [InlineData("boots-", false)]
    [InlineData("a--b", false)]
    [InlineData("", false)]
    [InlineData("categories", false)]
    [InlineData("a\0b", false)]
    public void An_address_is_plain_and_not_one_of_the_shops_own(string slug, bool valid) => Slugs.IsValid(slug).ShouldBe(valid);

    [Theory]
    [InlineData("media", true)]
    [InlineData("all", false)]
    public void Only_the_list_of_all_is_no_category(string slug, bool valid) => Slugs.IsCategory(slug).ShouldBe(valid);

    [Theory]
    [InlineData("<p>Warm &amp; dry.</p><p>Light.</p>", "Warm & dry.\nLight.")]
    [InlineData("a <b>bold</b>, <i>slanted</i> word", "a bold, slanted word")]
    [InlineData("one<br/>two", "one\ntwo")]
    [InlineData("<script>alert('x')</script>safe", "safe")]
    [InlineData("<style>p > a { color: red }</style>safe", "safe")]
    [InlineData("<a title=\"a > b\" href='x'>link</a>", "link")]
    [InlineData("<!-- <p>hidden</p> -->shown", "shown")]
    [InlineData("2 < 3 and 5 > 4", "2 < 3 and 5 > 4")]
    [InlineData("&lt;script&gt;x&lt;/script&gt;", "<script>x</script>")]
    [InlineData("<p>never closed", "never closed")]
    [InlineData("<p", "")]
    [InlineData("a\r\n\tb", "a\nb")]
    [InlineData("<p>a\r\n b</p>", "a b")]
    public void Descriptions_keep_the_text_of_their_html(string html, string text) => PlainText.FromHtml(html).ShouldBe(text);

    [Theory]
    [InlineData("19.99", "EUR", 1999)]
    [InlineData("19.9", "EUR", 1990)]
    [InlineData("19.9900", "EUR", 1999)]
    [InlineData("0", "EUR", 0)]
    [InlineData("1200", "JPY", 1200)]
    [InlineData("1.234", "KWD", 1234)]
    public void A_price_is_read_into_minor_units(string text, string currency, long minor)
    {
        Prices.TryParse(text, currency, out var read).ShouldBeTrue();
        read.ShouldBe(minor);
    }

    [Theory]
    [InlineData("19,99")]
    [InlineData("-1")]
    [InlineData("19.999")]
    [InlineData("1e3")]
    [InlineData("")]
    [InlineData("free")]
    [InlineData("79228162514264337593543950335")]
    public void A_price_that_is_unclear_is_refused(string text) => Prices.TryParse(text, "EUR", out _).ShouldBeFalse();

    [Theory]
    [InlineData("https://cdn.example/a.jpg", true)]
    [InlineData("/images/a.svg", true)]
    [InlineData("//evil.example/a.jpg", false)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("data:image/png;base64,x", false)]
    [InlineData("a.jpg", false)]
    public void A_picture_is_on_the_web_or_in_the_shop(string url, bool valid) => ImageUrls.IsValid(url).ShouldBe(valid);
}
