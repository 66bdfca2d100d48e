using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Shop.LocalServices.Mail;

namespace Shop.LocalServices.Tests.Mail;

public sealed class MailSinkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_mail_that_was_sent_can_be_read()
    {
        await using var sink = await StartAsync();
        await SendAsync(sink, Mail("ada@example.test", "Order № 17", text: "Hello\r\n.dot first\r\n..two dots\r\n", html: "<b>Hello</b>"));

        using var http = new HttpClient { BaseAddress = sink.Address };
        var listed = (await http.GetFromJsonAsync<JsonArray>("/api/mails?to=ADA@example.test", Cancelled))!.ShouldHaveSingleItem()!;
        Text(listed, "subject").ShouldBe("Order № 17");
        var mail = await http.GetFromJsonAsync<JsonObject>($"/api/mails/{Text(listed, "id")}", Cancelled);
        Text(mail!, "text").ReplaceLineEndings("\n").ShouldStartWith("Hello\n.dot first\n..two dots\n");
        Text(mail!, "html").ShouldStartWith("<b>Hello</b>");
        (await http.GetFromJsonAsync<JsonArray>("/api/mails?to=bob@example.test", Cancelled))!.ShouldBeEmpty();

        (await http.DeleteAsync("/api/mails", Cancelled)).EnsureSuccessStatusCode();
        (await http.GetFromJsonAsync<JsonArray>("/api/mails", Cancelled))!.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_hostile_mail_does_nothing_to_its_reader()
    {
        await using var sink = await StartAsync();
        const string Script = "<script>alert(1)</script>";
        await SendAsync(sink, Mail("ada@example.test", Script, text: Script, html: Script));

        using var http = new HttpClient { BaseAddress = sink.Address };
        var id = Text((await http.GetFromJsonAsync<JsonArray>("/api/mails", Cancelled))!.Single()!, "id");
        (await http.GetStringAsync("/", Cancelled)).ShouldNotContain("<script");
        var page = await http.GetStringAsync($"/mails/{id}", Cancelled);
        page.ShouldNotContain("<script");
        page.ShouldContain("<iframe sandbox src=");
        var html = await http.GetAsync($"/mails/{id}/html", Cancelled);
        html.Headers.GetValues("Content-Security-Policy").Single().ShouldStartWith("sandbox; default-src 'none'");
    }

    [Fact]
    public async Task Mails_survive_a_restart_and_the_oldest_give_way()
    {
        await using (var sink = await StartAsync(keep: 3))
            for (var i = 1; i <= 5; i++)
                await SendAsync(sink, Mail("ada@example.test", $"mail {i}"));
        await using var again = await StartAsync(keep: 3);
        using var http = new HttpClient { BaseAddress = again.Address };
        var mails = await http.GetFromJsonAsync<JsonArray>("/api/mails", Cancelled);
        mails!.Select(m => Text(m!, "subject")).ShouldBe(["mail 5", "mail 4", "mail 3"]);
        Directory.GetFiles(_folder.At("mails")).Length.ShouldBe(3);
    }

    [Fact]
    public async Task Many_senders_at_once_lose_nothing()
    {
        await using var sink = await StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => SendAsync(sink, Mail($"buyer-{i}@example.test", "Thanks"))));
        using var http = new HttpClient { BaseAddress = sink.Address };
        var mails = await http.GetFromJsonAsync<JsonArray>("/api/mails", Cancelled);
        mails!.Select(m => m!["to"]![0]!.GetValue<string>()).Distinct().Count().ShouldBe(40);
    }

    [Fact]
    public async Task The_conversation_keeps_to_the_rules()
    {
        await using var sink = await StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", sink.SmtpPort, Cancelled);
        using var reader = new StreamReader(client.GetStream());
        (await reader.ReadLineAsync(Cancelled)).ShouldStartWith("220");
        (await SayAsync("DATA")).ShouldStartWith("503");
        (await SayAsync("RCPT TO:<a@b>")).ShouldStartWith("503");
        (await SayAsync("HELO me")).ShouldStartWith("250");
        (await SayAsync("MAIL FROM:<a@b> SIZE=999999999")).ShouldStartWith("552");
        (await SayAsync("MAIL FROM:a@b")).ShouldStartWith("501");
        (await SayAsync("MAIL FROM:<a@b>")).ShouldStartWith("250");
        (await SayAsync("MAIL FROM:<a@b>")).ShouldStartWith("503");
        (await SayAsync("RSET")).ShouldStartWith("250");
        (await SayAsync("RCPT TO:<a@b>")).ShouldStartWith("503");
        (await SayAsync("NOOP")).ShouldStartWith("250");
        (await SayAsync("FLY")).ShouldStartWith("500");
        (await SayAsync("QUIT")).ShouldStartWith("221");

        async Task<string?> SayAsync(string line)
        {
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), Cancelled);
            return await reader.ReadLineAsync(Cancelled);
        }
    }

    [Fact]
    public async Task A_mail_that_is_too_large_is_refused_and_the_next_one_taken()
    {
        await using var sink = await StartAsync();
        using var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", sink.SmtpPort, SecureSocketOptions.None, Cancelled);
        var large = Mail("ada@example.test", "large", text: new string('x', 11 * 1024 * 1024));
        await Should.ThrowAsync<SmtpCommandException>(() => client.SendAsync(large, Cancelled));
        await SendAsync(sink, Mail("ada@example.test", "small"));
    }

    private Task<MailSink> StartAsync(int keep = 100) => MailSink.StartAsync(new(_folder.At("mails")) { Keep = keep }, Cancelled);

    private static async Task SendAsync(MailSink sink, MimeMessage mail)
    {
        using var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", sink.SmtpPort, SecureSocketOptions.None, Cancelled);
        await client.SendAsync(mail, Cancelled);
        await client.DisconnectAsync(quit: true, Cancelled);
    }

    private static MimeMessage Mail(string to, string subject, string text = "Hello", string? html = null)
    {
        var body = new BodyBuilder { TextBody = text, HtmlBody = html };
        return new(InternetAddressList.Parse("Shop <orders@shop.test>"), InternetAddressList.Parse(to), subject, body.ToMessageBody());
    }

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();
}
