using System.Net;
using System.Net.Http.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Shop.BuildingBlocks;

namespace Shop.Users.Tests.Slices;

public sealed class ChangeRoleTests(ShopFixture shop)
{
    [Fact]
    public async Task An_admin_makes_a_customer_staff_and_the_next_refresh_knows_it()
    {
        using var ada = new Person(shop);
        await ada.RegisterAsync();
        var tokens = await ada.SignInAsync();

        (await ChangeAsync(Policies.Admin, await IdAsync(ada), "staff")).StatusCode.ShouldBe(HttpStatusCode.OK);

        var refreshed = await ada.RefreshAsync(tokens.RefreshToken);
        new JsonWebToken(refreshed.AccessToken).GetClaim("role").Value.ShouldBe("staff");
    }

    [Theory, InlineData(Policies.Customer), InlineData(Policies.Staff)]
    public async Task Nobody_else_changes_roles(string role)
    {
        using var ada = new Person(shop);
        await ada.RegisterAsync();

        var response = await ChangeAsync(role, await IdAsync(ada), "admin");

        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        (await Person.CodeAsync(response)).ShouldBe("shop.forbidden");
    }

    [Fact]
    public async Task A_role_that_does_not_exist_is_refused() =>
        (await ChangeAsync(Policies.Admin, Guid.CreateVersion7(), "owner")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

    [Fact]
    public async Task An_unknown_user_is_404() =>
        (await ChangeAsync(Policies.Admin, Guid.CreateVersion7(), "staff")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

    [Fact]
    public async Task The_first_admin_of_the_configuration_signs_in_and_the_last_admin_stays_admin()
    {
        using var admin = new Person(shop);
        var tokens = await TokenPair.ReadAsync(await admin.TrySignInAsync(TestSettings.AdminEmail, TestSettings.AdminPassword));
        var id = Guid.Parse(new JsonWebToken(tokens.AccessToken).Subject);
        using var colleague = new Person(shop);
        await colleague.RegisterAsync();
        await ChangeAsync(Policies.Admin, await IdAsync(colleague), "admin");

        var both = await Task.WhenAll(
            ChangeAsync(Policies.Admin, id, "customer"),
            ChangeAsync(Policies.Admin, await IdAsync(colleague), "customer")
        );

        both.Select(r => r.StatusCode).ShouldBe([HttpStatusCode.OK, HttpStatusCode.Conflict], ignoreOrder: true);
        (await shop.ScalarAsync<long>("select count(*) from users.users where role = 'admin'")).ShouldBe(1);
    }

    private async Task<HttpResponseMessage> ChangeAsync(string as_, Guid id, string role)
    {
        using var client = shop.ClientAs(as_);
        return await client.PutAsJsonAsync($"/api/v1/users/{id}/role", new { role }, TestContext.Current.CancellationToken);
    }

    private Task<Guid> IdAsync(Person person) => shop.ScalarAsync<Guid>("select id from users.users where email = $1", person.Email);
}
