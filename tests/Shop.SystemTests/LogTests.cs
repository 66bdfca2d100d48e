using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Shop.TestKit.World;

namespace Shop.SystemTests;

/// <summary>The log of a shop at its most talkative, libraries included, after purchases that went well and badly.</summary>
[Collection(TroubledWorld.Name)]
public sealed class LogTests(TroubledWorld shop)
{
    [Fact]
    public async Task The_log_says_which_user_asked_for_what_in_which_trace_and_nothing_about_the_person()
    {
        var sku = await shop.ProductAsync(stock: 5);
        var shopper = await Shopper.RegisterAsync(shop.World.Client);
        var user = new JsonWebToken(shopper.AccessToken).Subject;
        await shopper.FillCartAsync((sku, 1));
        (await Purchase.EndAsync(shopper, await shopper.CheckOutAsync("pm_card_chargeDeclined"))).Code.ShouldBe("payments.declined");
        (await Purchase.EndAsync(shopper, await shopper.CheckOutAsync()))["state"].ShouldBe("completed");
        await Mailbox.CountAsync(shop.World, shopper.Email, atLeast: 1);

        var submission = await Eventually.GetAsync(
            "the log tells of the purchase",
            () =>
                Task.FromResult(
                    Lines()
                        .FirstOrDefault(line =>
                            line["@m"]!.ToString().StartsWith("POST /api/v1/checkouts answered") && line["UserId"]?.ToString() == user
                        )
                )
        );
        foreach (var field in new[] { "RequestId", "@tr", "@sp" })
            submission[field].ShouldNotBeNull(field).ToString().ShouldNotBeEmpty(field);
        var log = shop.World.Host.Tail(int.MaxValue);
        foreach (var secret in Secrets(shopper))
            log.ShouldNotContain(secret, Case.Insensitive);
    }

    // What is no JSON does not pass: a library that prints by itself prints what it likes.
    private JsonNode[] Lines() =>
        [.. shop.World.Host.Tail(int.MaxValue).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

    private static string[] Secrets(Shopper shopper) =>
        [
            shopper.Email,
            shopper.Email.Split('@')[0],
            "Ada Example",
            "Main Street",
            Shopper.Password,
            shopper.AccessToken,
            TestSettings.AdminEmail,
            TestSettings.AdminPassword,
            "pm_card",
            TestSettings.All["Payments:Stripe:SecretKey"],
            TestSettings.All["Payments:Stripe:WebhookSecret"],
        ];
}
