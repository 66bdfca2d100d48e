using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Shop.Host.Advice;

namespace Shop.Host.Commands;

/// <summary>
/// <c>advise</c>: which modules to move out of the shop's process, if any. Requests are counted by the process that answers them, so that
/// one is asked; database and source history are read here.
/// </summary>
internal static class AdviseCommand
{
    /// <summary>The first argument that asks for it.</summary>
    public const string Name = "advise";

    /// <summary>Asks for JSON. It is a word alone, which settings can't be.</summary>
    public const string Json = "--json";

    private const string DefaultUrl = "http://localhost:5080";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    /// <summary>Prints the advice.</summary>
    /// <returns>0; 1 when the running shop was to be asked and gave no figures; 2 when it was called wrongly.</returns>
    public static async Task<int> RunAsync(WebApplication app, bool asJson, TextWriter output, CancellationToken cancellationToken)
    {
        var url = app.Configuration["url"] ?? DefaultUrl;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var shop) || shop.Scheme is not ("http" or "https"))
        {
            await Console.Error.WriteLineAsync($"{url} is no address: say one like {DefaultUrl}.");
            return 2;
        }
        var token = app.Configuration["token"];
        var (told, why) = string.IsNullOrEmpty(token)
            ? (null, $"give --token=… (an access token of staff), and --url=… when the shop isn't at {DefaultUrl}.")
            : await AskAsync(new(shop, AdviceApi.Path), token, cancellationToken);
        var requests = told?.Modules.Where(m => m.Figures.Requests is not null).ToDictionary(m => m.Module, m => m.Figures.Requests!) ?? [];
        var advice = await app
            .Services.GetRequiredService<AdviceDesk>()
            .AdviseAsync(
                ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints),
                told?.Shop.Requests,
                requests,
                why is null ? [] : [$"Requests: {why}"],
                cancellationToken
            );
        if (asJson)
            await output.WriteLineAsync(JsonSerializer.Serialize(advice, Format));
        else
            AdviceText.Write(advice, output);
        return told is null && !string.IsNullOrEmpty(token) ? 1 : 0;
    }

    private static async Task<(ShopAdvice? Told, string? Why)> AskAsync(Uri url, string token, CancellationToken cancellationToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Patience };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            using var answer = await client.GetAsync(url, cancellationToken);
            if (!answer.IsSuccessStatusCode)
                return (null, $"{url} answered {(int)answer.StatusCode}.");
            return await answer.Content.ReadFromJsonAsync<ShopAdvice>(Format, cancellationToken) is { Shop.Requests: not null } advice
                ? (advice, null)
                : (null, $"{url} gave none.");
        }
        catch (HttpRequestException e)
        {
            return (null, $"{url} can't be asked: {e.Message}");
        }
        catch (JsonException)
        {
            return (null, $"{url} answered something else; it may be another build of the shop.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, $"{url} didn't answer within {Patience.TotalSeconds:F0} seconds.");
        }
    }
}
