using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Shop.Notifications.Domain;
using Shop.Notifications.Mail;

namespace Shop.Notifications.Tests.Unit;

public sealed class MailWriterTests : IDisposable
{
    private readonly MailWriter _writer = new(
        Options.Create(
            new SmtpOptions
            {
                Host = "localhost",
                Port = 25,
                From = "Shop <shop@shop.test>",
            }
        ),
        NullLoggerFactory.Instance
    );

    [Theory]
    [InlineData("EUR", "243.81 EUR")]
    [InlineData("JPY", "24381 JPY")]
    [InlineData("KWD", "24.381 KWD")]
    public async Task Totals_have_their_currencys_decimals(string currency, string total)
    {
        var mail = await _writer.WriteAsync(Confirmation(currency));

        mail.TextBody!.ShouldContain($"Total: {total}");
        mail.HtmlBody!.ShouldContain(total);
    }

    [Fact]
    public async Task A_title_can_not_smuggle_markup_into_the_mail()
    {
        var mail = await _writer.WriteAsync(Confirmation("EUR", "<script>alert(1)</script>"));

        mail.HtmlBody!.ShouldContain("&lt;script&gt;");
        mail.HtmlBody!.ShouldNotContain("<script>");
    }

    [Fact]
    public async Task The_same_notification_is_the_same_mail()
    {
        var notification = Confirmation("EUR");

        var first = await _writer.WriteAsync(notification);
        var second = await _writer.WriteAsync(notification);

        first.MessageId.ShouldBe(second.MessageId);
        first.MessageId.ShouldBe($"{notification.Id:N}@shop.test");
    }

    [Fact]
    public async Task A_recipient_can_not_smuggle_headers_into_the_mail() =>
        await Should.ThrowAsync<MimeKit.ParseException>(() =>
            _writer.WriteAsync(Confirmation("EUR", recipient: "a@b.com\r\nBcc: x@y.com"))
        );

    public void Dispose() => _writer.Dispose();

    private static Notification Confirmation(string currency, string title = "Tent", string recipient = "jane@example.com")
    {
        var order = Events.Confirmed(recipient, title, currency);
        var totals = order.Totals;
        var content = new OrderConfirmedContent(
            order.Number,
            [.. order.Lines.Select(l => new MailLine(l.Title, l.Sku, l.Quantity, l.Total))],
            totals.Subtotal,
            totals.Shipping,
            totals.Tax,
            totals.Total
        );
        return new()
        {
            Id = Guid.CreateVersion7(),
            Kind = NotificationKinds.OrderConfirmed,
            SubjectId = order.OrderId,
            Recipient = recipient,
            Content = JsonSerializer.Serialize(content, JsonSerializerOptions.Web),
        };
    }
}
