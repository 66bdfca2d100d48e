using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Shop.Host.Tests.Api;

public sealed class ShopApiTests(BareApi api) : IClassFixture<BareApi>
{
    private const string Good = """{"name":"tent","quantity":1,"size":"extra_large","inner":null}""";

    [Fact]
    public async Task A_good_request_comes_back_with_names_in_camel_case_and_enums_in_snake_case()
    {
        var answer = await PostAsync(Good);

        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe(Good);
    }

    [Theory]
    [InlineData("""{"name":"tent","quantity":1,"size":"small","price":1}""", "an unknown member")]
    [InlineData("""{"name":"tent","name":"hut","quantity":1,"size":"small"}""", "a repeated member")]
    [InlineData("""{"name":"tent","quantity":"1","size":"small"}""", "a number in quotes")]
    [InlineData("""{"name":"tent","quantity":1,"size":1}""", "an enum by number")]
    [InlineData("""{"name":"tent","quantity":1,"size":"huge"}""", "an unknown enum value")]
    [InlineData("""{"name":"tent","quantity":1,"size":"small",}""", "a comma too many")]
    [InlineData("""{"name":"tent" """, "half a body")]
    public async Task A_body_that_is_not_what_is_expected_is_refused(string body, string because) =>
        await ShouldBeAsync(await PostAsync(body), 400, "shop.malformed_json", because);

    [Fact]
    public async Task A_body_nested_too_deep_is_refused()
    {
        var body =
            string.Concat(Enumerable.Repeat("""{"name":"a","quantity":1,"size":"small","inner":""", 20)) + "null" + new string('}', 20);

        await ShouldBeAsync(await PostAsync(body), 400, "shop.malformed_json", "twenty levels");
    }

    [Fact]
    public async Task A_body_of_more_than_64_kilobytes_is_refused() =>
        await ShouldBeAsync(await PostAsync($$"""{"name":"{{new string('a', 70_000)}}"}"""), 413, "shop.body_too_large", "70 KB");

    [Fact]
    public async Task A_body_of_another_type_is_refused() =>
        await ShouldBeAsync(
            await PostAsync("name=tent", "application/x-www-form-urlencoded"),
            415,
            "shop.unsupported_media_type",
            "a form"
        );

    [Theory]
    [InlineData("""{"names":["a\u0000"],"orders":null,"marks":null}""", "NUL in a text")]
    [InlineData("""{"names":[],"orders":null,"marks":{"a":"\u0000"}}""", "NUL in a map")]
    [InlineData("""{"names":[],"orders":null,"marks":{"\u0000":"a"}}""", "NUL in the key of a map")]
    [InlineData("""{"names":[],"orders":[{"name":"\u0000","quantity":1,"size":"small","inner":null}],"marks":null}""", "NUL further in")]
    [InlineData("""{"names":[null],"orders":null,"marks":null}""", "no text in a list of texts")]
    [InlineData("""{"names":[],"orders":[null],"marks":null}""", "nothing in a list of orders")]
    public async Task A_body_with_what_nobody_can_keep_is_refused(string body, string because) =>
        await ShouldBeAsync(await PostAsync(body, path: "/parcels"), 400, "shop.malformed_json", because);

    [Fact]
    public async Task A_list_may_be_empty_or_missing_and_a_map_may_hold_nothing_for_a_key()
    {
        var answer = await PostAsync("""{"names":[],"orders":null,"marks":{"a":null}}""", path: "/parcels");

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("application/json; charset=\"utf-8\"", 200)]
    [InlineData("application/json; charset=utf-8", 200)]
    [InlineData("application/json; charset=runes", 415)]
    public async Task The_letters_of_a_body_are_named_with_or_without_quotes_and_known(string type, int status)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Good));
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        var answer = await api.Client.PostAsync("/orders", content, TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe((HttpStatusCode)status);
        if (status != 200)
            await ShouldBeAsync(answer, status, "shop.unsupported_media_type", type);
    }

    [Theory]
    [InlineData("--x", "cut off before its first part's head ends")]
    [InlineData("--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\nhalf a fi", "cut off within its file")]
    public async Task A_form_that_is_cut_off_is_refused(string body, string because)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=x");

        await ShouldBeAsync(
            await api.Client.PostAsync("/forms", content, TestContext.Current.CancellationToken),
            400,
            "shop.bad_request",
            because
        );
    }

    [Theory]
    [InlineData("GET", "/words?word=%00", 400, "shop.bad_request")]
    [InlineData("GET", "/words?word=a&most=x", 400, "shop.bad_request")]
    [InlineData("GET", "/nowhere", 404, "shop.no_such_route")]
    [InlineData("DELETE", "/orders", 405, "shop.method_not_allowed")]
    [InlineData("GET", "/orders/1?page=x", 400, "shop.bad_request")]
    [InlineData("GET", "/orders/1", 400, "shop.bad_request")]
    [InlineData("GET", "/refused", 503, "shop.unavailable")]
    [InlineData("GET", "/away", 503, "shop.unavailable")]
    [InlineData("GET", "/late", 504, "shop.timed_out")]
    [InlineData("GET", "/broken", 500, "shop.unexpected")]
    public async Task Every_failure_has_a_code_and_a_trace(string method, string path, int status, string code) =>
        await ShouldBeAsync(await api.Client.SendAsync(new(new(method), path), TestContext.Current.CancellationToken), status, code, path);

    [Theory]
    [InlineData("/refused")]
    [InlineData("/away")]
    public async Task Whoever_is_turned_away_is_told_when_to_come_back(string path) =>
        (await api.Client.GetAsync(path, TestContext.Current.CancellationToken)).Headers.RetryAfter!.Delta.ShouldBe(
            TimeSpan.FromSeconds(1)
        );

    [Theory]
    [InlineData("/broken")]
    [InlineData("/away")]
    [InlineData("/late")]
    public async Task A_failure_tells_nothing_of_the_inside(string path)
    {
        var answer = await api.Client.GetAsync(path, TestContext.Current.CancellationToken);

        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        text.ShouldNotContain("secret");
        text.ShouldNotContain("   at ");
        text.ShouldNotContain("Exception");
    }

    private Task<HttpResponseMessage> PostAsync(string body, string type = "application/json", string path = "/orders") =>
        api.Client.PostAsync(path, new StringContent(body, Encoding.UTF8, type), TestContext.Current.CancellationToken);

    private static async Task ShouldBeAsync(HttpResponseMessage answer, int status, string code, string because)
    {
        answer.StatusCode.ShouldBe((HttpStatusCode)status, because);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json", because);
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"], because);
        var problem = (await answer.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!;
        problem["code"]!.GetValue<string>().ShouldBe(code, because);
        problem["status"]!.GetValue<int>().ShouldBe(status, because);
        if (status == 400)
            problem["detail"]!.GetValue<string>().ShouldNotBeEmpty(because);
        problem["traceId"]!.GetValue<string>().Length.ShouldBe(32, because);
    }
}
