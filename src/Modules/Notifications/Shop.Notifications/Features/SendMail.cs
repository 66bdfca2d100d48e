using Shop.BuildingBlocks.Contracts;
using Shop.Notifications.Mail;

namespace Shop.Notifications.Features;

/// <summary>Stored with the notification it is about: sends it at once. Should it come to nothing, the sweep follows.</summary>
/// <param name="NotificationId">The notification.</param>
[MessageIdentity("notifications.send-mail")]
public sealed record SendMail(Guid NotificationId) : ICommand;

/// <summary>Takes no DbContext, on purpose: no transaction may be open while the mail travels.</summary>
public sealed class SendMailHandler
{
    /// <summary>Sends the mail unless somebody else did, does, or will.</summary>
    public static Task Handle(SendMail message, Postman postman, CancellationToken cancellationToken) =>
        postman.DeliverAsync(message.NotificationId, cancellationToken);
}
