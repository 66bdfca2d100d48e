using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shop.BuildingBlocks;
using Shop.Host;
using Wolverine;
using Xunit;

namespace Shop.TestKit;

/// <summary>The whole shop in this process: a database of its own, the real host on a free port, module roles in force.</summary>
public class ShopFixture : IAsyncLifetime
{
    private readonly TestDatabase _database = new();
    private WebApplication? _app;

    /// <summary>Settings of this host on top of the usual ones, as <c>Section:Key</c>.</summary>
    protected virtual IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>();

    /// <summary>The running host's services.</summary>
    public IServiceProvider Services => _app!.Services;

    /// <summary>Calls the host, without credentials.</summary>
    public HttpClient Client { get; private set; } = null!;

    /// <summary>The owner's connection string, which no wall stops.</summary>
    public string ConnectionString => _database.ConnectionString;

    /// <inheritdoc />
    public virtual async ValueTask InitializeAsync()
    {
        await _database.CreateAsync();
        string[] args =
        [
            "--environment=Testing",
            "--urls=http://127.0.0.1:0",
            $"--ConnectionStrings:Shop={_database.ConnectionString}",
            .. TestSettings.All.Concat(Settings).Select(s => $"--{s.Key}={s.Value}"),
        ];
        _app = ShopApplication.Build(args);
        await _app.StartAsync();
        var address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Client = new HttpClient { BaseAddress = new Uri(address) };
        await WarmUpAsync();
    }

    /// <inheritdoc />
    public virtual async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }
        await _database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    // The first signed-in request compiles handlers and fetches the signing keys. On a busy machine that outlasts a request's limit, and
    // which test would pay for it is chance.
    private async Task WarmUpAsync()
    {
        using var staff = this.ClientAs(Policies.Staff);
        for (var attempt = 0; attempt < 12; attempt++)
            if ((await staff.GetAsync("/api/v1/inventory/levels?limit=1")).IsSuccessStatusCode)
                return;
    }

    /// <summary>Publishes a message as another module would, and returns once it is stored, not yet handled.</summary>
    public async Task PublishAsync(object message)
    {
        await using var scope = Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMessageBus>().PublishAsync(message);
    }

    /// <summary>Runs work with a module's DbContext, under the module's role.</summary>
    public async Task<TResult> WithAsync<TContext, TResult>(Func<TContext, Task<TResult>> work)
        where TContext : DbContext
    {
        await using var scope = Services.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<TContext>());
    }

    /// <summary>One value by SQL under the owner's login.</summary>
    public async Task<T?> ScalarAsync<T>(string sql, params object[] parameters)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }
}
