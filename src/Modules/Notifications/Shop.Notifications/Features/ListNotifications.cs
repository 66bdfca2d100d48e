using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Shop.BuildingBlocks;
using Shop.Notifications.Data;
using Shop.Notifications.Domain;

namespace Shop.Notifications.Features;

/// <summary>A notification as staff see it.</summary>
/// <param name="Id">Also the Message-ID's first part.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="SubjectId">The order or checkout.</param>
/// <param name="Recipient">The address, masked.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Attempts">Attempts begun.</param>
/// <param name="LastErrorCode">Why the last one failed.</param>
/// <param name="CreatedAt">When it was queued.</param>
/// <param name="NextAttemptAt">When it is tried again; null once it isn't.</param>
/// <param name="SentAt">When the mail server took it.</param>
public sealed record NotificationView(
    Guid Id,
    string Kind,
    Guid SubjectId,
    string Recipient,
    NotificationStatus Status,
    int Attempts,
    string? LastErrorCode,
    DateTimeOffset CreatedAt,
    DateTimeOffset? NextAttemptAt,
    DateTimeOffset? SentAt
);

/// <summary>GET /api/v1/notifications</summary>
internal static class ListNotificationsEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/v1/notifications", HandleAsync)
            .WithName("Notifications.ListNotifications")
            .WithTags("Notifications")
            .WithSummary("Mails, newest first, with where they stand; addresses are masked.")
            .ProducesProblem(400)
            .RequireAuthorization(Policies.Staff);

    private static async Task<Results<Ok<Page<NotificationView>>, ProblemHttpResult>> HandleAsync(
        string? status,
        string? cursor,
        int? limit,
        NotificationsDbContext db,
        CancellationToken cancellationToken
    )
    {
        var query = db.Notifications.AsNoTracking();
        if (status is not null)
        {
            if (!TryParse(status, out var wanted))
                return Problems.Problem(400, "notifications.unknown_status", "The status is queued, sending, sent or failed.");
            query = query.Where(n => n.Status == wanted);
        }
        if (cursor is not null)
        {
            if (!Paging.TryDecode(cursor, out var key) || !Guid.TryParse(key, out var last))
                return Problems.Problem(400, "notifications.invalid_cursor", "The cursor is not one of ours.");
            query = query.Where(n => n.Id < last);
        }
        var size = Paging.Limit(limit);
        var rows = await query.OrderByDescending(n => n.Id).Take(size + 1).ToListAsync(cancellationToken);
        var page = rows.ToPage(size, n => n.Id.ToString());
        return TypedResults.Ok(new Page<NotificationView>([.. page.Items.Select(View)], page.NextCursor));
    }

    private static NotificationView View(Notification n) =>
        new(
            n.Id,
            n.Kind,
            n.SubjectId,
            MaskedAddress.Of(n.Recipient),
            n.Status,
            n.Attempts,
            n.LastErrorCode,
            n.CreatedAt,
            n.Status == NotificationStatus.Queued ? n.NextAttemptAt : null,
            n.SentAt
        );

    private static bool TryParse(string text, out NotificationStatus status) =>
        Enum.TryParse(text, ignoreCase: true, out status) && Enum.IsDefined(status) && !char.IsAsciiDigit(text[0]);
}
