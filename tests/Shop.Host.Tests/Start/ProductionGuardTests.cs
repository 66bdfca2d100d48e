using System.Collections.ObjectModel;
using Microsoft.Extensions.Configuration;
using Shop.LocalServices;
using Shop.LocalServices.Payments;

namespace Shop.Host.Tests.Start;

public sealed class ProductionGuardTests
{
    /// <summary>Settings that Production takes.</summary>
    internal static readonly ReadOnlyDictionary<string, string?> Good = new(
        new Dictionary<string, string?>
        {
            ["ConnectionStrings:Shop"] = "Host=db;Username=shop;Password=a9f3c1e7;Database=shop",
            ["Payments:Stripe:SecretKey"] = "sk_live_51Nc0ffee0ddba11",
            ["Payments:Stripe:WebhookSecret"] = "whsec_51Nc0ffee0ddba11",
            ["Users:SigningKeys:0"] = TestSettings.SigningKey,
            ["Notifications:Smtp:Host"] = "mail.example.com",
            ["Notifications:Smtp:Port"] = "587",
            ["Notifications:Smtp:From"] = "shop@example.com",
            ["Carts:Currency"] = "EUR",
            ["Carts:TaxBasisPoints"] = "1900",
            ["Carts:ShippingMinor"] = "490",
        }
    );

    [Fact]
    public void A_shop_with_settings_of_its_own_may_start() => Complaints().ShouldBeEmpty();

    [Fact]
    public void What_is_missing_is_named() =>
        ProductionGuard.Complaints(new ConfigurationBuilder().Build()).Select(c => c.Split(':')[0]).ShouldBe(Good.Keys.Select(Named));

    [Theory]
    [InlineData("Payments:Stripe:SecretKey", PaymentSimulator.DefaultSecretKey)]
    [InlineData("Payments:Stripe:WebhookSecret", PaymentSimulator.DefaultWebhookSecret)]
    [InlineData("Payments:Stripe:SecretKey", "short")]
    [InlineData("Payments:Stripe:ApiBase", "http://127.0.0.1:5090")]
    [InlineData("Payments:Stripe:ApiBase", "http://localhost:5090")]
    [InlineData("Users:SigningKeys:0", "hello")]
    [InlineData("Users:SigningKeys:1", "hello")]
    [InlineData("Users:FirstAdmin:Email", DemoSettings.AdminEmail)]
    [InlineData("Users:FirstAdmin:Password", DemoSettings.AdminPassword)]
    [InlineData("Notifications:Smtp:From", DemoSettings.MailFrom)]
    [InlineData("ConnectionStrings:Shop", "Host=db;Username=shop;Password=shop;Database=shop")]
    [InlineData("ConnectionStrings:Shop", "Host=db;Username=postgres;Password=postgres")]
    [InlineData("ConnectionStrings:Shop", "Host=127.0.0.1;Port=41234;Username=shop;Database=shop")]
    [InlineData("ConnectionStrings:Shop", "Host=db;Username=shop;Password=;Database=shop")]
    [InlineData("Notifications:Smtp:Host", "127.0.0.1")]
    [InlineData("Notifications:Smtp:Host", "::1")]
    [InlineData("Notifications:Smtp:Host", "localhost")]
    public void What_every_laptop_has_is_refused(string key, string value) =>
        Complaints((key, value)).ShouldHaveSingleItem().ShouldContain(key.Replace(":", "__"));

    [Theory]
    [InlineData("Host=db;Username=shop;Passfile=/run/secrets/pgpass")]
    [InlineData("Host=db;Username=shop;SSL Certificate=/run/secrets/shop.pem")]
    public void A_login_may_be_proved_by_other_means_than_a_password(string connection) =>
        Complaints(("ConnectionStrings:Shop", connection)).ShouldBeEmpty();

    [Fact]
    public void A_connection_string_that_is_none_is_refused_in_words() =>
        Complaints(("ConnectionStrings:Shop", "what")).ShouldHaveSingleItem().ShouldContain("not a connection string");

    private static IReadOnlyList<string> Complaints(params (string Key, string? Value)[] other) =>
        ProductionGuard.Complaints(
            new ConfigurationBuilder()
                .AddInMemoryCollection(Good)
                .AddInMemoryCollection(other.ToDictionary(o => o.Key, o => o.Value))
                .Build()
        );

    private static string Named(string key) => $"Set {key.Replace(":", "__")}";
}
