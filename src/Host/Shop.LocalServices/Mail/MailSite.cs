using System.Net.Mime;
using MimeKit;
using Shop.LocalServices.Web;
using static Shop.LocalServices.Web.Page;

namespace Shop.LocalServices.Mail;

/// <summary>The mails for people, and as JSON for tests.</summary>
internal sealed class MailSite(MailStore store)
{
    private const int Shown = 200;

    // A mail's HTML runs no script, loads nothing from afar, and belongs to no origin.
    private const string MailPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", (string? to) => List(to));
        routes.MapGet("/mails/{id}", Show);
        routes.MapGet("/mails/{id}/html", ShowHtml);
        routes.MapGet("/mails/{id}/raw", Raw);
        routes.MapGet("/api/mails", (string? to) => Results.Json(store.List(to)));
        routes.MapGet("/api/mails/{id}", Get);
        routes.MapDelete("/api/mails", Delete);
    }

    private IResult List(string? to)
    {
        var mails = store.List(to);
        var rows = mails
            .Take(Shown)
            .Select(mail =>
                $"""
                    <tr><td>{mail.ReceivedAt:u}</td><td>{Safe(string.Join(", ", mail.To))}</td>
                    <td><a href="/mails/{Safe(mail.Id)}">{Safe(mail.Subject.Length > 0 ? mail.Subject : "(no subject)")}</a></td></tr>
                    """
            );
        return Html(
            "Mail box",
            $"""
            <p>Mails{(
                to is null ? "" : " to " + Safe(to)
            )}: {mails.Count}, at most the last {Shown} of them below. None of them left this machine.</p>
            <table><tr><th>received</th><th>to</th><th>subject</th></tr>{string.Concat(rows)}</table>
            """
        );
    }

    private IResult Show(string id)
    {
        if (store.Find(id) is not { } mail || store.Read(id) is not { } message)
            return Html("Mail box", "<p>There is no such mail.</p>", StatusCodes.Status404NotFound);
        var html = message.HtmlBody is null ? "" : $"""<iframe sandbox src="/mails/{Safe(id)}/html" title="The mail"></iframe>""";
        var text = message.TextBody is null ? "" : $"<pre>{Safe(message.TextBody)}</pre>";
        return Html(
            mail.Subject.Length > 0 ? mail.Subject : "(no subject)",
            $"""
            <p>{mail.ReceivedAt:u} · from {Safe(message.From.ToString())} · to {Safe(string.Join(", ", mail.To))} ·
            <a href="/mails/{Safe(id)}/raw">source</a> · <a href="/">all mails</a></p>
            {html}
            {text}
            """
        );
    }

    private IResult ShowHtml(HttpContext http, string id)
    {
        if (store.Read(id)?.HtmlBody is not { } html)
            return Results.NotFound();
        http.Response.Headers.ContentSecurityPolicy = MailPolicy;
        return Results.Text(html, "text/html; charset=utf-8");
    }

    private IResult Raw(string id) =>
        store.Find(id) is null
            ? Results.NotFound()
            : Results.File(store.FileOf(id), MediaTypeNames.Application.Octet, fileDownloadName: id + ".eml");

    private IResult Get(string id)
    {
        if (store.Find(id) is not { } mail || store.Read(id) is not { } message)
            return Results.NotFound();
        return Results.Json(
            new
            {
                mail.Id,
                mail.ReceivedAt,
                mail.From,
                mail.To,
                mail.Subject,
                mail.Size,
                messageId = message.MessageId,
                text = message.TextBody,
                html = message.HtmlBody,
                headers = message.Headers.Select(h => new { name = h.Field, value = h.Value }),
                attachments = message.Attachments.Select(a => new { name = a.ContentDisposition?.FileName, type = a.ContentType.MimeType }),
            }
        );
    }

    private IResult Delete()
    {
        store.Clear();
        return Results.NoContent();
    }
}
