using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Shop.LocalServices.Mail;

namespace Shop.Notifications.Tests.Slices;

/// <summary>With the mail server that a developer's shop runs beside.</summary>
public sealed class MailSinkTests(MailSinkTests.SinkShop shop) : IClassFixture<MailSinkTests.SinkShop>
{
    [Fact]
    public async Task A_developer_finds_the_mail_in_the_mail_box()
    {
        var order = Events.Confirmed(Events.Address());

        await shop.PublishAsync(order);

        using var mailBox = new HttpClient { BaseAddress = shop.MailBox };
        var mails = await Eventually.GetAsync(
            "the mail is there",
            async () => await mailBox.GetFromJsonAsync<JsonArray>($"/api/mails?to={order.Email}") is { Count: > 0 } found ? found : null
        );
        mails.ShouldHaveSingleItem()!["subject"]!.GetValue<string>().ShouldBe("Your order 1000042");
    }

    /// <summary>The shop and its mail box.</summary>
    public sealed class SinkShop : ShopFixture
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("shop-mails-").FullName;
        private MailSink? _sink;

        /// <summary>Its pages.</summary>
        public Uri MailBox => _sink!.Address!;

        /// <inheritdoc />
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string> { ["Notifications:Smtp:Port"] = $"{_sink!.SmtpPort}" };

        /// <inheritdoc />
        public override async ValueTask InitializeAsync()
        {
            _sink = await MailSink.StartAsync(new(_folder), CancellationToken.None);
            await base.InitializeAsync();
        }

        /// <inheritdoc />
        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await _sink!.DisposeAsync();
            Directory.Delete(_folder, recursive: true);
        }
    }
}
