using System.Text;
using Shop.BuildingBlocks.Contracts;
using Shop.Payments.Domain;
using Shop.Payments.Provider;

namespace Shop.Payments.Tests.Unit;

public sealed class StripeWireTests
{
    private const string Secret = "whsec_test";
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"id":"evt_1","type":"payment_intent.succeeded"}""");

    [Fact]
    public void A_signature_is_good_for_five_minutes_either_way()
    {
        var header = Header(Some.Now);

        StripeSignature.IsValid(Body, header, Secret, Some.Now.AddMinutes(5)).ShouldBeTrue();
        StripeSignature.IsValid(Body, header, Secret, Some.Now.AddMinutes(-5)).ShouldBeTrue();
        StripeSignature.IsValid(Body, header, Secret, Some.Now.AddSeconds(301)).ShouldBeFalse();
        StripeSignature.IsValid(Body, header, Secret, Some.Now.AddSeconds(-301)).ShouldBeFalse();
    }

    [Fact]
    public void A_secret_being_exchanged_signs_beside_the_old_one() =>
        StripeSignature.IsValid(Body, $"{Header(Some.Now)},v1={new string('0', 64)}", Secret, Some.Now).ShouldBeTrue();

    [Theory]
    [InlineData("")]
    [InlineData("t=,v1=")]
    [InlineData("t=abc,v1=00")]
    [InlineData("t=99999999999999999999,v1=00")]
    [InlineData("v1=00")]
    [InlineData("t=1795348800")]
    [InlineData("t=-1795348800,v1=00")]
    [InlineData("nonsense")]
    public void Nonsense_is_no_signature(string header) => StripeSignature.IsValid(Body, header, Secret, Some.Now).ShouldBeFalse();

    [Fact]
    public void A_changed_body_another_time_or_another_secret_is_refused()
    {
        var header = Header(Some.Now);
        byte[] changed = [.. Body[..^1], (byte)' ', Body[^1]];

        StripeSignature.IsValid(changed, header, Secret, Some.Now).ShouldBeFalse();
        StripeSignature.IsValid(Body, header, "whsec_other", Some.Now).ShouldBeFalse();
        StripeSignature.IsValid(Body, header.Replace("t=", "t=1", StringComparison.Ordinal), Secret, Some.Now).ShouldBeFalse();
    }

    [Theory]
    [InlineData("EUR", 1999, 1999)]
    [InlineData("JPY", 500, 500)]
    [InlineData("ISK", 500, 50000)]
    [InlineData("UGX", 500, 50000)]
    [InlineData("KWD", 1230, 1230)]
    public void Amounts_are_written_as_the_provider_counts_them(string currency, long ours, long theirs)
    {
        var amount = new Money(ours, currency);

        StripeMoney.ToStripe(amount).ShouldBe(theirs);
        StripeMoney.FromStripe(theirs, currency.ToLowerInvariant()).ShouldBe(amount);
    }

    [Fact]
    public void An_amount_that_is_no_whole_unit_of_ours_matches_nothing() =>
        StripeMoney.FromStripe(50001, "isk").ShouldNotBe(new Money(500, "ISK"));

    [Theory]
    [InlineData("pm_card_visa", true)]
    [InlineData("pm_1NO6mA2eZvKYlo2CEydeHsKT", true)]
    [InlineData("4242424242424242", false)]
    [InlineData("4242 4242 4242 4242", false)]
    [InlineData("", false)]
    [InlineData("pm_", false)]
    public void Only_a_providers_token_is_taken(string token, bool isToken) => PaymentMethodToken.IsValid(token).ShouldBe(isToken);

    [Fact]
    public void A_failed_authentication_in_an_event_is_told_as_such()
    {
        var payment = Guid.CreateVersion7();
        var news = StripeEvents.Read(
            "payment_intent.payment_failed",
            $$$"""
            {"id":"evt_1","type":"payment_intent.payment_failed","data":{"object":{"id":"pi_1","object":"payment_intent","amount":1999,
            "currency":"eur","status":"requires_payment_method","metadata":{"payment_id":"{{{payment}}}","reference":"{{{payment}}}"},
            "last_payment_error":{"type":"card_error","code":"payment_intent_authentication_failure"} } } }
            """
        );

        news.ShouldBe(
            new StripeNews(
                payment,
                payment,
                new(PaymentState.Failed, "pi_1", Some.Price, FailureCode: PaymentCodes.AuthenticationFailed, IsHearsay: true)
            )
        );
    }

    [Fact]
    public void A_partial_refund_at_the_providers_desk_does_not_end_a_payment()
    {
        string Charge(bool whole) =>
            $$$"""
                {"data":{"object":{"id":"ch_1","object":"charge","amount":1999,"amount_refunded":{{{(
                    whole ? 1999 : 500
                )}}},"currency":"eur",
                "payment_intent":"pi_1","refunded":{{{(
                    whole ? "true" : "false"
                )}}},"metadata":{"payment_id":"{{{Guid.CreateVersion7()}}}"} } } }
                """;

        StripeEvents.Read("charge.refunded", Charge(whole: false)).ShouldBeNull();
        StripeEvents.Read("charge.refunded", Charge(whole: true))!.Report.State.ShouldBe(PaymentState.Refunded);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"id":1,"type":"x"}""")]
    [InlineData("not json")]
    public void A_body_that_is_no_event_is_seen_to_be_none(string body) =>
        StripeEvents.Envelope(Encoding.UTF8.GetBytes(body)).ShouldBeNull();

    private static string Header(DateTimeOffset at)
    {
        var time = at.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        return $"t={time},v1={StripeSignature.Sign(Body, time, Secret)}";
    }
}
