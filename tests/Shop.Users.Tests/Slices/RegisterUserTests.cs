using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Shop.Users.Credentials;
using Shop.Users.Domain;

namespace Shop.Users.Tests.Slices;

public sealed class RegisterUserTests(ShopFixture shop)
{
    [Fact]
    public async Task Who_registers_is_a_customer_and_can_sign_in()
    {
        using var ada = new Person(shop);

        (await ada.RegisterAsync()).StatusCode.ShouldBe(HttpStatusCode.Created);

        var tokens = await ada.SignInAsync();
        using var client = shop.ClientWith(tokens.AccessToken);
        var me = await client.GetFromJsonAsync<JsonElement>("/api/v1/users/me", TestContext.Current.CancellationToken);
        me.GetProperty("email").GetString().ShouldBe(ada.Email);
        me.GetProperty("name").GetString().ShouldBe("Ada");
        me.GetProperty("role").GetString().ShouldBe("customer");
    }

    [Fact]
    public async Task The_answer_does_not_tell_who_has_an_account_and_the_account_stays_its_owners()
    {
        using var ada = new Person(shop);
        using var eve = new Person(shop);
        var first = await ada.RegisterAsync();

        var second = await eve.RegisterAsync(ada.Email.ToUpperInvariant(), "eve's own password");

        second.StatusCode.ShouldBe(first.StatusCode);
        (await Body(second)).ShouldBe(await Body(first));
        (await eve.TrySignInAsync(ada.Email, "eve's own password")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await ada.TrySignInAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Two_tabs_that_register_at_once_make_one_account()
    {
        using var ada = new Person(shop);

        var answers = await Task.WhenAll(ada.RegisterAsync(), ada.RegisterAsync(), ada.RegisterAsync());

        answers.ShouldAllBe(a => a.StatusCode == HttpStatusCode.Created);
        (await shop.ScalarAsync<long>("select count(*) from users.users where email = $1", ada.Email)).ShouldBe(1);
    }

    [Fact]
    public async Task Passwords_are_kept_as_PBKDF2_SHA512_with_210000_rounds()
    {
        using var ada = new Person(shop);
        await ada.RegisterAsync();

        var stored = await shop.ScalarAsync<string>("select password_hash from users.users where email = $1", ada.Email);

        var header = Convert.FromBase64String(stored!);
        header[0].ShouldBe((byte)1);
        BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1)).ShouldBe(2, "HMAC-SHA512");
        BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)).ShouldBe(PasswordHashing.Iterations);
    }

    [Theory]
    [InlineData("ada", "a long enough secret", "Ada", "email", "invalid")]
    [InlineData("", "a long enough secret", "Ada", "email", "required")]
    [InlineData("ada@example.com", "short", "Ada", "password", "too_short")]
    [InlineData("ada@example.com", "Password123", "Ada", "password", "too_common")]
    [InlineData("ada@example.com", "a long enough secret", "", "name", "required")]
    public async Task What_is_wrong_is_named_field_by_field(string email, string password, string name, string field, string code)
    {
        var response = await shop.Client.PostAsJsonAsync(
            "/api/v1/users/register",
            new
            {
                email,
                password,
                name,
            },
            TestContext.Current.CancellationToken
        );

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        var error = problem.GetProperty("errors").EnumerateArray().ShouldHaveSingleItem();
        (error.GetProperty("field").GetString(), error.GetProperty("code").GetString()).ShouldBe((field, code));
    }

    private static async Task<string> Body(HttpResponseMessage response) =>
        await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
}
