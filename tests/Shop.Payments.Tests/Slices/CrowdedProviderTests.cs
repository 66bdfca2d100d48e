using System.Net.Http.Headers;
using Shop.LocalServices.Payments;
using Shop.Payments.Contracts;

namespace Shop.Payments.Tests.Slices;

/// <summary>More payments are made at the same time than one look goes through.</summary>
public sealed class CrowdedProviderTests(CrowdedProviderTests.Crowd shop) : IClassFixture<CrowdedProviderTests.Crowd>
{
    [Fact]
    public async Task A_payment_that_never_reached_the_provider_is_made_all_the_same()
    {
        var id = Guid.CreateVersion7();

        await shop.LeaveBehindAsync(id, "unknown", isDue: true);

        await Heard.SoonAsync<PaymentAuthorized>(id);
        (await shop.AtProviderAsync(id)).ShouldHaveSingleItem().Operations.ShouldBe(["authorize"]);
    }

    [Fact]
    public async Task A_payment_that_the_provider_will_not_make_is_declined_all_the_same()
    {
        var id = Guid.CreateVersion7();
        await shop.LeaveBehindAsync(id, "unknown");

        await shop.ScalarAsync<int>(
            "update payments.attempts set calls = 3, called_at = now() - interval '1 minute', resolve_after = now() where id = $1",
            id
        );

        (await Heard.SoonAsync<PaymentDeclined>(id)).Code.ShouldBe("payments.provider_unavailable");
        (await shop.AtProviderAsync(id)).ShouldBeEmpty();
    }

    /// <summary>A shop among many at one provider, which all sell at the same moment.</summary>
    public sealed class Crowd : PaidShop
    {
        /// <inheritdoc />
        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            using var others = new HttpClient { BaseAddress = Provider.Address };
            others.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", PaymentSimulator.DefaultSecretKey);
            await Parallel.ForEachAsync(
                Enumerable.Range(0, 2000),
                TestContext.Current.CancellationToken,
                async (_, cancellationToken) =>
                {
                    var body = new Dictionary<string, string> { ["amount"] = "100", ["currency"] = "eur" };
                    using var payment = new FormUrlEncodedContent(body);
                    using var made = await others.PostAsync("/v1/payment_intents", payment, cancellationToken);
                    made.EnsureSuccessStatusCode();
                }
            );
        }
    }
}
