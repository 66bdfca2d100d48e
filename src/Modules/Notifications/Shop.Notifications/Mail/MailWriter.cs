using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MimeKit;
using Shop.BuildingBlocks;
using Shop.Notifications.Domain;
using Shop.Notifications.Mail.Templates;

namespace Shop.Notifications.Mail;

/// <summary>Writes a notification as a mail: plain text, and HTML by a Razor component, which encodes whatever it is given.</summary>
public sealed class MailWriter(IOptions<SmtpOptions> options, ILoggerFactory loggers) : IDisposable
{
    private readonly MailboxAddress _from = MailboxAddress.Parse(options.Value.From);

    // The templates need no services; this one only satisfies the renderer.
    private readonly ServiceProvider _nothing = new ServiceCollection().BuildServiceProvider();

    /// <summary>The mail. The same notification gives the same Message-ID, so that a copy can be known as one.</summary>
    /// <exception cref="InvalidOperationException">The kind is unknown or the content is not of its kind.</exception>
    public async Task<MimeMessage> WriteAsync(Notification notification)
    {
        var (subject, text, html) = notification.Kind switch
        {
            NotificationKinds.OrderConfirmed => await WriteAsync(Read<OrderConfirmedContent>(notification)),
            NotificationKinds.CheckoutFailed => await WriteAsync(Read<CheckoutFailedContent>(notification)),
            var kind => throw new InvalidOperationException($"No template for {kind}."),
        };
        var mail = new MimeMessage
        {
            MessageId = $"{notification.Id:N}@{_from.Domain}",
            Date = notification.CreatedAt,
            Subject = subject,
            Body = new BodyBuilder { TextBody = text, HtmlBody = html }.ToMessageBody(),
        };
        mail.From.Add(_from);
        mail.To.Add(MailboxAddress.Parse(notification.Recipient));
        mail.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        return mail;
    }

    /// <inheritdoc />
    public void Dispose() => _nothing.Dispose();

    private async Task<(string, string, string)> WriteAsync(OrderConfirmedContent order)
    {
        var text = new StringBuilder($"Thank you! Your order {order.Number} is confirmed.\n\n");
        foreach (var line in order.Lines)
            text.Append($"{line.Quantity} x {line.Title} ({line.Sku}): {MoneyText.Format(line.Total)}\n");
        text.Append($"\nSubtotal: {MoneyText.Format(order.Subtotal)}\nShipping: {MoneyText.Format(order.Shipping)}\n");
        text.Append($"Tax: {MoneyText.Format(order.Tax)}\nTotal: {MoneyText.Format(order.Total)}\n");
        return ($"Your order {order.Number}", text.ToString(), await RenderAsync<OrderConfirmedMail>(order));
    }

    private async Task<(string, string, string)> WriteAsync(CheckoutFailedContent failure)
    {
        var text = $"{FailureText.For(failure.Code)}\n\nNo money was kept, and your cart is still there.\n";
        return ("Your purchase was not completed", text, await RenderAsync<CheckoutFailedMail>(failure));
    }

    private async Task<string> RenderAsync<TComponent>(object content)
        where TComponent : IComponent
    {
        await using var renderer = new HtmlRenderer(_nothing, loggers);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var parameters = ParameterView.FromDictionary(new Dictionary<string, object?> { ["Content"] = content });
            return (await renderer.RenderComponentAsync<TComponent>(parameters)).ToHtmlString();
        });
    }

    private static TContent Read<TContent>(Notification notification) =>
        JsonSerializer.Deserialize<TContent>(notification.Content, JsonSerializerOptions.Web)
        ?? throw new InvalidOperationException("A notification without content.");
}
