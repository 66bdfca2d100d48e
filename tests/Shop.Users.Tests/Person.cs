using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Shop.Users.Tests;

/// <summary>Somebody at a computer of their own: each has another loopback address, as people have different ones.</summary>
internal sealed class Person : IDisposable
{
    public const string Password = "a long enough secret";
    private static int _last = 1;

    public Person(ShopFixture shop)
    {
        // Computers in 127.2.0.0/16, so that nobody here is throttled for somebody else's tries.
        var number = Interlocked.Increment(ref _last);
        Address = new IPAddress([127, 2, (byte)(number >> 8), (byte)number]);
        var line = Elsewhere.From(Address);
        line.MaxConnectionsPerServer = 40;
        Client = new HttpClient(line) { BaseAddress = shop.Client.BaseAddress };
    }

    public IPAddress Address { get; }

    public HttpClient Client { get; }

    public string Email { get; } = $"{Guid.NewGuid():N}@example.com";

    public void Dispose() => Client.Dispose();

    public Task<HttpResponseMessage> RegisterAsync(string? email = null, string password = Password) =>
        PostAsync(
            "register",
            new
            {
                email = email ?? Email,
                password,
                name = "Ada",
            }
        );

    public Task<HttpResponseMessage> TrySignInAsync(string? email = null, string password = Password) =>
        PostAsync("sign-in", new { email = email ?? Email, password });

    public Task<HttpResponseMessage> TryRefreshAsync(string refreshToken) => PostAsync("refresh", new { refreshToken });

    public async Task<TokenPair> SignInAsync() => await TokenPair.ReadAsync(await TrySignInAsync());

    public async Task<TokenPair> RefreshAsync(string refreshToken) => await TokenPair.ReadAsync(await TryRefreshAsync(refreshToken));

    public Task<HttpResponseMessage> PostAsync(string path, object body) =>
        Client.PostAsJsonAsync($"/api/v1/users/{path}", body, TestContext.Current.CancellationToken);

    public static async Task<string?> CodeAsync(HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("code").GetString();
}

internal sealed record TokenPair(string AccessToken, string TokenType, int ExpiresIn, string RefreshToken)
{
    public static async Task<TokenPair> ReadAsync(HttpResponseMessage response)
    {
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return (await response.Content.ReadFromJsonAsync<TokenPair>(TestContext.Current.CancellationToken))!;
    }
}
