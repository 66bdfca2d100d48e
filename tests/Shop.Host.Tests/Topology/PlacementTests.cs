using Microsoft.Extensions.Configuration;
using Shop.Host.Commands;
using Shop.Host.Messaging;
using Shop.Host.Topology;
using Shop.Inventory.Contracts;

namespace Shop.Host.Tests.Topology;

/// <summary>Where modules are, said once and without contradiction.</summary>
public sealed class PlacementTests
{
    private const string Url = "http://127.0.0.1:8080";

    [Fact]
    public void A_shop_of_which_nothing_is_said_is_one_process()
    {
        var whole = Read();

        whole.Hosted.Count.ShouldBe(10);
        whole.IsSplit.ShouldBeFalse();
        (whole.Deployable, whole.EnvelopeSchema).ShouldBe(("shop", "wolverine"));
    }

    [Fact]
    public void What_faces_the_public_stays_the_shop_whatever_has_left_it()
    {
        var shop = Read(("Modules:Hosted", "all-but:inventory, Search"), ("Modules:Inventory:Url", Url), ("Modules:Search:Url", Url));

        (shop.Hosted.Count, shop.IsSplit, shop.IsFront, shop.EnvelopeSchema).ShouldBe((8, true, true, "wolverine"));
        shop.Of("Search").Address.ShouldBe(new Uri(Url));
    }

    [Fact]
    public void A_process_of_modules_is_called_by_them_in_any_order()
    {
        var one = Read(("Modules", "Orders,Inventory"), ("Modules:Url", Url));
        var other = Read(("Modules", "inventory,orders"), ("Modules:Url", Url));

        one.EnvelopeSchema.ShouldBe("wolverine_inventory_orders");
        other.EnvelopeSchema.ShouldBe(one.EnvelopeSchema);
        one.IsFront.ShouldBeFalse();
    }

    [Theory]
    [InlineData("Modules:Hosted=Inventry", "there is no module Inventry")]
    [InlineData("Modules:Hosted=Inventory", "Products is nowhere")]
    [InlineData("Modules:Hosted=all-but:Inventory", "Inventory is nowhere")]
    [InlineData("Modules:Hosted=Inventory,inventory", "named twice")]
    [InlineData("Modules:Hosted=,", "would host nothing")]
    [InlineData("Modules:Inventory:Url=http://127.0.0.1:8080", "hosted here and has an address too")]
    [InlineData("Modules:Inventory:Moving=true", "no address to move to")]
    [InlineData("Modules:Inventory:Moving=yes", "yes is neither")]
    [InlineData("Modules:Stock:Url=http://127.0.0.1:8080", "there is no module Stock")]
    [InlineData("Modules:Hosted=all-but:Inventory;Modules:Inventory:Url=inventory", "is no address")]
    [InlineData("Modules:Hosted=all-but:Inventory;Modules:Inventory:Url=ftp://inventory", "is no address")]
    [InlineData("Modules:Hosted=Products,Users,Carts,Checkout,Payments,Orders,Inventory,Notifications;Modules:Url=http://x", "too many")]
    public void A_contradiction_stops_the_start_and_says_what_to_set(string settings, string complaint)
    {
        var said = Should.Throw<CannotStartException>(() => Read([.. settings.Split(';').Select(s => (s.Split('=')[0], s.Split('=')[1]))]));

        said.Message.ShouldContain(complaint);
        said.Message.ShouldContain("Set Modules__");
    }

    [Fact]
    public void Processes_that_know_each_other_need_a_secret_that_nobody_guesses()
    {
        (string, string)[] split = [("Modules:Hosted", "all-but:Inventory"), ("Modules:Inventory:Url", Url)];
        Should.Throw<CannotStartException>(() => KeyOf(split)).Message.ShouldContain("Modules__ServiceKey");
        Should.Throw<CannotStartException>(() => KeyOf([.. split, ("Modules:ServiceKey", "short")])).Message.ShouldContain("32");
        KeyOf([.. split, ("Modules:ServiceKey", new string('k', 32))]).Value.ShouldNotBeNull();
        KeyOf([]).Value.ShouldBeNull();
    }

    [Fact]
    public void A_shop_that_other_processes_ask_needs_a_listener_for_them()
    {
        (string, string)[] split = [("Modules:Hosted", "all-but:Inventory"), ("Modules:Inventory:Url", Url)];

        Should.Throw<CannotStartException>(Read(split).DemandListener).Message.ShouldContain("Set Modules__InternalUrl");
        Read([.. split, ("Modules:InternalUrl", Url)]).DemandListener();
        Read(("Modules:Hosted", "Inventory"), ("Modules:Url", Url)).DemandListener();
        Read(("Modules:Hosted", "none"), ("Modules:Url", Url)).DemandListener();
        Read().DemandListener();
    }

    [Fact]
    public void Whoever_looks_sees_where_each_module_is_and_every_event_it_publishes()
    {
        var (placement, transport) = (
            Read(("Modules:Hosted", "all-but:Search"), ("Modules:Search:Url", Url)),
            ModuleTransport.Read(Configuration())
        );
        using var output = new StringWriter();

        Describe.Run(placement, transport, output).ShouldBe(0);

        var lines = output
            .ToString()
            .Split('\n')
            .Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
            .ToArray();
        lines.ShouldContain("Inventory here");
        lines.ShouldContain($"Search {Url}/");
        var published = lines.Single(l => l.StartsWith("publishes inventory.availability-changed.v1 ", StringComparison.Ordinal));
        published.ShouldContain("to Products over a queue of its own in this process");
        published.ShouldContain("to Search over Postgres, queue search");
        lines.ShouldContain("publishes inventory.stock-low.v1 to nobody");
        lines.ShouldContain("answers products.get-offers.v1 in this process");
        lines.ShouldContain("consumes inventory.reserve-stock.v1 a queue of its own in this process");
    }

    [Fact]
    public void An_event_with_readers_here_and_elsewhere_goes_both_ways()
    {
        var (placement, transport) = (
            Read(("Modules:Hosted", "all-but:Search"), ("Modules:Search:Url", Url)),
            ModuleTransport.Read(Configuration())
        );

        var ways = ModuleRoutes.Of(placement, transport)[typeof(AvailabilityChanged)].Select(u => u.ToString());

        ways.ShouldBe(["local://shop.products.subscriptions.onavailabilitychangedhandler/", "postgresql://search/"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("Kafka", "Messaging__Transport")]
    [InlineData("RabbitMq", "ConnectionStrings__RabbitMq")]
    public void A_transport_that_lacks_something_says_what(string kind, string setting) =>
        Should
            .Throw<CannotStartException>(() => ModuleTransport.Read(Configuration(("Messaging:Transport", kind))))
            .Message.ShouldContain(setting);

    private static ServiceKey KeyOf((string, string)[] settings)
    {
        var configuration = Configuration(settings);
        return ServiceKey.Read(configuration, Placement.Read(configuration));
    }

    private static Placement Read(params (string Key, string Value)[] settings) => Placement.Read(Configuration(settings));

    private static IConfiguration Configuration(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => new KeyValuePair<string, string?>(s.Key, s.Value))).Build();
}
