using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Shop.Users.Credentials;
using Shop.Users.Data;
using Shop.Users.Domain;
using Shop.Users.Features;

namespace Shop.Users.Tests.Slices;

public sealed class StartTests(ShopFixture shop)
{
    [Fact]
    public async Task Hosts_that_start_at_once_make_one_admin()
    {
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => StartAsync(TestSettings.AdminEmail, TestSettings.AdminPassword)));

        (await shop.ScalarAsync<long>("select count(*) from users.users where email = $1", TestSettings.AdminEmail)).ShouldBe(1);
    }

    [Theory, InlineData("no address", "a long enough secret"), InlineData("admin@example.com", "password1")]
    public async Task A_first_admin_that_can_not_be_stops_the_start(string email, string password) =>
        (await Should.ThrowAsync<InvalidOperationException>(() => StartAsync(email, password))).Message.ShouldContain(
            "Users__FirstAdmin__"
        );

    [Fact]
    public async Task A_database_that_is_away_does_not_stop_the_start()
    {
        await using var away = new ServiceCollection()
            .AddDbContext<UsersDbContext>(o => o.UseNpgsql("Host=127.0.0.1;Port=9;Username=nobody;Timeout=1"))
            .BuildServiceProvider();

        await StartAsync("admin@example.com", "a long enough secret", away.GetRequiredService<IServiceScopeFactory>());
    }

    [Fact]
    public async Task Sessions_past_their_end_are_forgotten()
    {
        using var ada = new Person(shop);
        await ada.RegisterAsync();
        await ada.SignInAsync();
        const string mine = "user_id = (select id from users.users where email = $1)";
        await shop.ScalarAsync<int>(
            $"update users.sessions set expires_at = now() - interval '1 second' where {mine} returning 1",
            ada.Email
        );

        await shop
            .Services.GetServices<IHostedService>()
            .OfType<ForgetOldSessions>()
            .Single()
            .SweepAsync(TestContext.Current.CancellationToken);

        (await shop.ScalarAsync<long>($"select count(*) from users.sessions where {mine}", ada.Email)).ShouldBe(0);
    }

    private async Task StartAsync(string email, string password, IServiceScopeFactory? scopes = null)
    {
        var options = Options.Create(
            new UsersOptions
            {
                FirstAdmin = new() { Email = email, Password = password },
            }
        );
        var start = new CreateFirstAdmin(
            options,
            shop.Services.GetRequiredService<SigningKeyRing>(),
            shop.Services.GetRequiredService<PasswordHashing>(),
            scopes ?? shop.Services.GetRequiredService<IServiceScopeFactory>(),
            TimeProvider.System,
            NullLogger<CreateFirstAdmin>.Instance
        );
        await start.StartAsync(TestContext.Current.CancellationToken);
    }
}
