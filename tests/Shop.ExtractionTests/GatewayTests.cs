using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Shop.Host;
using Shop.TestKit.World;

namespace Shop.ExtractionTests;

/// <summary>One public face, whatever stands behind it.</summary>
[Collection(Release.InTurn)]
public sealed class GatewayTests(SplitWorld shop) : IClassFixture<SplitWorld>
{
    private const string Query = "/internal/queries/products.get-offers.v1";
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_internal_is_not_there_for_the_public()
    {
        (await AskAsync(shop.World.Client, Topology.Key)).ShouldBe(HttpStatusCode.NotFound);
        using var inside = new HttpClient { BaseAddress = shop.World.InternalAddress };
        (await AskAsync(inside, null)).ShouldBe(HttpStatusCode.Unauthorized);
        (await AskAsync(inside, "a-guess-that-is-as-long-as-the-real-secret")).ShouldBe(HttpStatusCode.Unauthorized);
        (await AskAsync(inside, Topology.Key)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_is_forwarded_counts_for_its_module_when_advice_is_asked_for()
    {
        (await shop.Staff.ReadsLevelAsync("BOOT-42")).ShouldBeTrue();

        (await shop.Staff.RequestsAdvisedAsync("Inventory")).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Advice_is_given_at_a_terminal_for_people_and_for_programs()
    {
        var (code, json) = await shop.World.RunCommandAsync("advise", "--json");
        (code, JsonNode.Parse(json)!["modules"]!.AsArray().Count).ShouldBe((0, 10), json);

        var (alsoCode, text) = await shop.World.RunCommandAsync("advise");
        alsoCode.ShouldBe(0, text);
        Modules.All.ShouldAllBe(m => text.Contains(m.Name));
    }

    [Fact]
    public async Task A_switch_that_nobody_would_obey_is_not_moved()
    {
        var (code, said) = await shop.World.RunCommandAsync("traffic", "Inventory", "25%");

        (code, said.Contains("doesn't move: start both sides with Modules__Inventory__Moving=true first")).ShouldBe((2, true), said);
    }

    [Fact]
    public async Task Tokens_are_good_everywhere_while_users_is_away()
    {
        await shop.World.HostOf("Users").KillAsync();

        (await shop.Staff.ReadsLevelAsync("BOOT-42")).ShouldBeTrue();
        using var signIn = await shop.World.Client.PostAsJsonAsync(
            "/api/v1/users/sign-in",
            new { email = TestSettings.AdminEmail, password = TestSettings.AdminPassword },
            Cancellation
        );
        signIn.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);

        await shop.World.StartModuleAsync("Users");
        await Staff.SignInAsync(shop.World.Client);
    }

    [Fact]
    public async Task A_new_signing_key_is_known_everywhere_and_tokens_of_the_old_one_stay_good()
    {
        shop.World.Set("Users:SigningKeys:0", TestSettings.NewKey());
        shop.World.Set("Users:SigningKeys:1", TestSettings.SigningKey);
        await shop.World.HostOf("Users").KillAsync();
        await shop.World.StartModuleAsync("Users");

        var later = await Staff.SignInAsync(shop.World.Client);

        await Eventually.IsTrueAsync("a token of the new key is good at another module", () => later.ReadsLevelAsync("BOOT-42"));
        (await shop.Staff.ReadsLevelAsync("BOOT-42")).ShouldBeTrue();
    }

    [Fact]
    public async Task While_a_module_is_away_its_routes_say_so_and_all_others_answer()
    {
        await shop.World.HostOf("Inventory").KillAsync();

        using var away = await shop.World.Client.GetAsync("/api/v1/inventory/levels", Cancellation);
        away.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        away.Headers.RetryAfter.ShouldNotBeNull();
        (await away.Content.ReadFromJsonAsync<JsonNode>(Cancellation))!["code"]!.ToString().ShouldBe("shop.unavailable");
        for (var i = 0; i < 100; i++)
            (await shop.World.Client.GetAsync("/api/v1/products", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);

        await shop.World.StartModuleAsync("Inventory");
        await Eventually.IsTrueAsync("its routes answer again", () => shop.Staff.ReadsLevelAsync("BOOT-42"));
    }

    [Fact]
    public async Task A_module_that_stands_still_is_not_waited_for_without_end()
    {
        shop.World.HostOf("Inventory").Freeze();
        try
        {
            using var late = await shop.World.Client.GetAsync("/api/v1/inventory/levels", Cancellation);

            late.StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
            (await late.Content.ReadFromJsonAsync<JsonNode>(Cancellation))!["code"]!.ToString().ShouldBe("shop.timed_out");
        }
        finally
        {
            shop.World.HostOf("Inventory").Thaw();
        }
        await Eventually.IsTrueAsync("it answers again", () => shop.Staff.ReadsLevelAsync("BOOT-42"));
    }

    [Fact]
    public async Task A_trace_goes_on_in_the_modules_process()
    {
        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/inventory/levels");
        request.Headers.Add("traceparent", $"00-{Trace}-b7ad6b7169203331-01");

        using var answer = await shop.World.Client.SendAsync(request, Cancellation);

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await answer.Content.ReadFromJsonAsync<JsonNode>(Cancellation))!["traceId"]!.ToString().ShouldBe(Trace);
    }

    [Fact]
    public async Task A_request_that_fails_is_called_the_same_in_the_logs_of_both_processes()
    {
        await shop.World.ExecuteAsync("alter table inventory.stock_items rename to hidden");
        try
        {
            (await shop.Staff.ReadsLevelAsync("BOOT-42")).ShouldBeFalse();
        }
        finally
        {
            await shop.World.ExecuteAsync("alter table inventory.hidden rename to stock_items");
        }

        await Eventually.IsTrueAsync(
            "both have written a line with one id",
            () => Task.FromResult(IdsAt(shop.World.Host).Intersect(IdsAt(shop.World.HostOf("Inventory"))).Any())
        );

        static IEnumerable<string> IdsAt(ChildProcess process) =>
            from line in process.Tail(int.MaxValue).Split('\n')
            where line.Contains("\"RequestId\":") && line.EndsWith('}')
            select $"{JsonNode.Parse(line)!["RequestId"]}";
    }

    [Fact]
    public async Task Who_guesses_passwords_is_known_by_their_own_address_not_by_the_gateways_nor_by_what_they_say()
    {
        (await GuessAsync("127.3.0.1")).ShouldBe(HttpStatusCode.Unauthorized);

        // As if there had been many of them.
        await shop.World.ExecuteAsync("update users.throttles set retry_at = now() + interval '1 hour' where key = sha256('127.3.0.1')");

        (await GuessAsync("127.3.0.1")).ShouldBe(HttpStatusCode.TooManyRequests);
        (await GuessAsync("127.3.0.1", says: "203.0.113.7")).ShouldBe(HttpStatusCode.TooManyRequests);
        (await GuessAsync("127.3.0.2")).ShouldBe(HttpStatusCode.Unauthorized);

        async Task<HttpStatusCode> GuessAsync(string from, string? says = null)
        {
            using var client = new HttpClient(Elsewhere.From(IPAddress.Parse(from))) { BaseAddress = shop.World.Client.BaseAddress };
            client.DefaultRequestHeaders.Add("X-Forwarded-For", says is null ? [] : [says]);
            using var answer = await client.PostAsJsonAsync(
                "/api/v1/users/sign-in",
                new { email = "nobody@example.com", password = "a guess" },
                Cancellation
            );
            return answer.StatusCode;
        }
    }

    // The second is larger than what connections hold on the way: it is still being sent when the module refuses it.
    [Theory]
    [InlineData(70_000)]
    [InlineData(4_000_000)]
    public async Task A_body_that_is_too_large_is_refused_for_every_module(int size)
    {
        using var body = new StringContent($"\"{new string('x', size)}\"", null, "application/json");
        using var answer = await shop.World.Client.PostAsync("/api/v1/users/sign-in", body, Cancellation);
        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task The_api_has_one_description_wherever_the_modules_run()
    {
        var paths = (await shop.World.Client.GetFromJsonAsync<JsonNode>("/openapi/v1.json", Cancellation))!["paths"]!.AsObject();
        paths.ShouldContainKey("/api/v1/inventory/levels");
        paths.ShouldContainKey("/api/v1/products");
    }

    private static async Task<HttpStatusCode> AskAsync(HttpClient client, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Query)
        {
            Content = JsonContent.Create(new { skus = new[] { "BOOT-42" } }),
        };
        if (key is not null)
            request.Headers.Add("Shop-Service-Key", key);
        using var answer = await client.SendAsync(request, Cancellation);
        return answer.StatusCode;
    }
}
