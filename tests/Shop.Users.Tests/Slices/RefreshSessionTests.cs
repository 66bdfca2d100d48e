using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Shop.Users.Tests.Slices;

public sealed class RefreshSessionTests(ShopFixture shop)
{
    [Fact]
    public async Task A_refresh_token_is_exchanged_for_new_tokens()
    {
        using var ada = new Person(shop);
        var first = await SignUpAsync(ada);

        var second = await ada.RefreshAsync(first.RefreshToken);

        second.RefreshToken.ShouldNotBe(first.RefreshToken);
        new JsonWebToken(second.AccessToken).Subject.ShouldBe(new JsonWebToken(first.AccessToken).Subject);
        (await ada.TryRefreshAsync(second.RefreshToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_token_used_twice_ends_the_session_for_thief_and_owner()
    {
        using var ada = new Person(shop);
        var first = await SignUpAsync(ada);
        var elsewhere = await ada.SignInAsync();
        var second = await ada.RefreshAsync(first.RefreshToken);

        var replayed = await ada.TryRefreshAsync(first.RefreshToken);

        replayed.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await Person.CodeAsync(replayed)).ShouldBe("users.invalid_refresh_token");
        (await ada.TryRefreshAsync(second.RefreshToken)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await RevokedBecauseAsync(first)).ShouldBe("token_reused");
        (await ada.TryRefreshAsync(elsewhere.RefreshToken)).StatusCode.ShouldBe(HttpStatusCode.OK, "another session is not touched");
    }

    [Fact]
    public async Task Twenty_refreshes_at_once_give_one_successor()
    {
        using var ada = new Person(shop);
        var tokens = await SignUpAsync(ada);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ada.TryRefreshAsync(tokens.RefreshToken)));

        answers.Count(a => a.StatusCode == HttpStatusCode.OK).ShouldBe(1);
        answers.Count(a => a.StatusCode == HttpStatusCode.Unauthorized).ShouldBe(19);
        (await CountTokensAsync(tokens)).ShouldBe(2, "the first one and one successor");
    }

    [Fact]
    public async Task A_token_that_ran_out_by_the_databases_clock_is_refused()
    {
        using var ada = new Person(shop);
        var tokens = await SignUpAsync(ada);
        await shop.ScalarAsync<int>(
            "update users.refresh_tokens set expires_at = now() where hash = $1 returning 1",
            Hash(tokens.RefreshToken)
        );

        (await ada.TryRefreshAsync(tokens.RefreshToken)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_session_ends_however_often_it_is_refreshed()
    {
        using var ada = new Person(shop);
        var tokens = await SignUpAsync(ada);
        await shop.ScalarAsync<int>(
            "update users.sessions set expires_at = now() where id = (select session_id from users.refresh_tokens where hash = $1) returning 1",
            Hash(tokens.RefreshToken)
        );

        (await ada.TryRefreshAsync(tokens.RefreshToken)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_and_can_be_repeated()
    {
        using var ada = new Person(shop);
        var tokens = await SignUpAsync(ada);

        for (var i = 0; i < 2; i++)
            (await ada.PostAsync("sign-out", new { refreshToken = tokens.RefreshToken })).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        (await ada.TryRefreshAsync(tokens.RefreshToken)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await RevokedBecauseAsync(tokens)).ShouldBe("signed_out");
    }

    [Fact]
    public async Task Invented_tokens_are_refused_and_sign_nobody_out()
    {
        using var eve = new Person(shop);

        (await eve.TryRefreshAsync("invented")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await eve.PostAsync("sign-out", new { refreshToken = "invented" })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task The_database_holds_no_token_that_could_be_used()
    {
        using var ada = new Person(shop);
        var tokens = await SignUpAsync(ada);

        tokens.RefreshToken.Length.ShouldBe(43, "256 bits");
        (await CountTokensAsync(tokens)).ShouldBe(1);
        (
            await shop.ScalarAsync<long>(
                "select count(*) from users.refresh_tokens where hash = $1",
                Encoding.UTF8.GetBytes(tokens.RefreshToken)
            )
        ).ShouldBe(0);
    }

    private static async Task<TokenPair> SignUpAsync(Person person)
    {
        (await person.RegisterAsync()).EnsureSuccessStatusCode();
        return await person.SignInAsync();
    }

    private Task<string?> RevokedBecauseAsync(TokenPair tokens) =>
        shop.ScalarAsync<string>(
            "select s.revoked_because from users.sessions s join users.refresh_tokens t on t.session_id = s.id where t.hash = $1",
            Hash(tokens.RefreshToken)
        );

    private Task<long> CountTokensAsync(TokenPair tokens) =>
        shop.ScalarAsync<long>(
            "select count(*) from users.refresh_tokens where session_id = (select session_id from users.refresh_tokens where hash = $1)",
            Hash(tokens.RefreshToken)
        );

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
