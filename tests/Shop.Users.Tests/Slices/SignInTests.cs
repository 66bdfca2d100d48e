using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Shop.Users.Credentials;
using Shop.Users.Data;
using Shop.Users.Domain;

namespace Shop.Users.Tests.Slices;

public sealed class SignInTests(ShopFixture shop)
{
    [Fact]
    public async Task The_access_token_says_who_in_which_role_for_ten_minutes()
    {
        using var ada = new Person(shop);
        await ada.RegisterAsync();

        var response = await ada.TrySignInAsync(ada.Email.ToUpperInvariant());

        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var tokens = await TokenPair.ReadAsync(response);
        tokens.TokenType.ShouldBe("Bearer");
        tokens.ExpiresIn.ShouldBe(600);
        var jwt = new JsonWebToken(tokens.AccessToken);
        (jwt.Alg, jwt.Typ, jwt.Kid).ShouldBe(("ES256", "at+jwt", Tokens.SigningKey.KeyId));
        jwt.GetClaim("role").Value.ShouldBe("customer");
        jwt.Subject.ShouldBe(await UserIdAsync(ada));
        jwt.Id.ShouldNotBeNullOrEmpty();
        (jwt.ValidTo - jwt.IssuedAt).ShouldBe(TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_address_get_the_same_answer()
    {
        using var ada = new Person(shop);
        await ada.RegisterAsync();

        var wrong = await ada.TrySignInAsync(password: "not the password");
        var unknown = await ada.TrySignInAsync("nobody@example.com");

        wrong.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        unknown.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await Person.CodeAsync(wrong)).ShouldBe("users.invalid_credentials");
        (await Person.CodeAsync(unknown)).ShouldBe("users.invalid_credentials");
    }

    [Fact]
    public async Task An_unknown_address_costs_the_same_work_as_a_wrong_password()
    {
        var hasher = new WatchedHasher();
        using var hashing = new PasswordHashing(hasher);
        var user = new User { PasswordHash = (await hashing.TryHashAsync("the password", TestContext.Current.CancellationToken))! };

        await hashing.TryVerifyAsync(user, "not the password", TestContext.Current.CancellationToken);
        await hashing.TryVerifyAsync(null, "not the password", TestContext.Current.CancellationToken);

        // Function, rounds and length of the salt stand in the head of a hash; with the length of the key they are all of its cost.
        hasher.Compared.Count.ShouldBe(2);
        hasher.Compared[1].Length.ShouldBe(hasher.Compared[0].Length);
        hasher.Compared[1][..13].ShouldBe(hasher.Compared[0][..13]);
    }

    [Fact]
    public async Task A_hundred_guesses_are_slowed_down_while_the_owner_still_gets_in()
    {
        using var ada = new Person(shop);
        using var eve = new Person(shop);
        await ada.RegisterAsync();

        var guesses = new List<HttpResponseMessage>();
        for (var i = 0; i < 100; i++)
            guesses.Add(await eve.TrySignInAsync(ada.Email, $"guess number {i}"));

        guesses.Count(g => g.StatusCode == HttpStatusCode.Unauthorized).ShouldBeInRange(SignInThrottle.FreeAtAccount, 20);
        var refused = guesses.Where(g => g.StatusCode == HttpStatusCode.TooManyRequests).ToArray();
        refused.Length.ShouldBeGreaterThan(70);
        refused.ShouldAllBe(r => r.Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1));
        (await Person.CodeAsync(refused[^1])).ShouldBe("users.too_many_attempts");
        (await ada.TrySignInAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Guesses_made_at_once_are_counted_one_by_one()
    {
        using var ada = new Person(shop);
        using var eve = new Person(shop);
        await ada.RegisterAsync();

        var guesses = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => eve.TrySignInAsync(ada.Email, $"guess number {i}")));

        guesses.Count(g => g.StatusCode != HttpStatusCode.TooManyRequests).ShouldBeLessThanOrEqualTo(SignInThrottle.FreeAtAccount + 2);
    }

    [Fact]
    public async Task Each_wait_is_twice_the_one_before_up_to_five_minutes()
    {
        using var ada = new Person(shop);
        var key = SHA256.HashData(Encoding.UTF8.GetBytes($"{ada.Email}\n{ada.Address}"));
        var waits = new List<int>();

        for (var i = 0; i < SignInThrottle.FreeAtAccount + 11; i++)
        {
            (await CountAsync(ada)).ShouldBeNull();
            waits.Add(await WaitAsync(key));
            await shop.ScalarAsync<int>("update users.throttles set retry_at = now() where key = $1 returning 1", key);
        }

        waits.Take(SignInThrottle.FreeAtAccount).ShouldAllBe(w => w == 0);
        waits.Skip(SignInThrottle.FreeAtAccount).ShouldBe([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    }

    [Fact]
    public async Task After_an_hour_without_a_try_the_count_starts_again()
    {
        using var ada = new Person(shop);
        for (var i = 0; i < SignInThrottle.FreeAtAccount + 1; i++)
            (await CountAsync(ada)).ShouldBeNull();
        (await CountAsync(ada)).ShouldNotBeNull();

        var key = SHA256.HashData(Encoding.UTF8.GetBytes($"{ada.Email}\n{ada.Address}"));
        await shop.ScalarAsync<int>(
            "update users.throttles set retry_at = now(), last_try_at = now() - interval '61 minutes' where key = $1 returning 1",
            key
        );

        (await CountAsync(ada)).ShouldBeNull();
        (await WaitAsync(key)).ShouldBe(0);
    }

    [Fact]
    public async Task The_right_password_takes_the_tries_back()
    {
        using var ada = new Person(shop);
        await ada.RegisterAsync();

        for (var i = 0; i < SignInThrottle.FreeAtAccount + 5; i++)
            (await ada.TrySignInAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Guessing_at_many_accounts_from_one_address_is_slowed_down_too()
    {
        using var eve = new Person(shop);

        for (var i = 0; i < SignInThrottle.FreeAtAddress + 1; i++)
            (await CountAsync(eve, $"{Guid.NewGuid():N}@example.com")).ShouldBeNull();

        (await CountAsync(eve, "somebody.else@example.com")).ShouldNotBeNull();
    }

    [Fact]
    public async Task An_old_hash_is_renewed_at_the_next_sign_in()
    {
        using var ada = new Person(shop);
        await ada.RegisterAsync();
        var old = new PasswordHasher<User>(Options.Create(new PasswordHasherOptions { IterationCount = 1000 }));
        await shop.ScalarAsync<int>(
            "update users.users set password_hash = $1 where email = $2 returning 1",
            old.HashPassword(new User(), Person.Password),
            ada.Email
        );

        (await ada.TrySignInAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);

        var stored = await shop.ScalarAsync<string>("select password_hash from users.users where email = $1", ada.Email);
        var current = new PasswordHasher<User>(Options.Create(new PasswordHasherOptions { IterationCount = PasswordHashing.Iterations }));
        current.VerifyHashedPassword(new User(), stored!, Person.Password).ShouldBe(PasswordVerificationResult.Success);
    }

    [Fact]
    public async Task When_too_many_hash_at_once_the_rest_is_turned_away()
    {
        using var hashing = new PasswordHashing();
        var crowd = Enumerable.Range(0, 200).Select(_ => Task.Run(() => hashing.TryHashAsync("x", TestContext.Current.CancellationToken)));

        var hashes = await Task.WhenAll(crowd);

        hashes.Count(h => h is not null).ShouldBeGreaterThan(0);
        hashes.Count(h => h is null).ShouldBeGreaterThan(0);
    }

    private Task<TimeSpan?> CountAsync(Person person, string? email = null) =>
        shop.WithAsync<UsersDbContext, TimeSpan?>(db =>
            new SignInThrottle(db).CountAsync(email ?? person.Email, person.Address, TestContext.Current.CancellationToken)
        );

    private Task<int> WaitAsync(byte[] key) =>
        shop.ScalarAsync<int>("select extract(epoch from retry_at - last_try_at)::int from users.throttles where key = $1", key);

    private async Task<string> UserIdAsync(Person person) =>
        (await shop.ScalarAsync<Guid>("select id from users.users where email = $1", person.Email)).ToString();

    private sealed class WatchedHasher()
        : PasswordHasher<User>(Options.Create(new PasswordHasherOptions { IterationCount = PasswordHashing.Iterations }))
    {
        public List<byte[]> Compared { get; } = [];

        public override PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword)
        {
            Compared.Add(Convert.FromBase64String(hashedPassword));
            return base.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }
}
