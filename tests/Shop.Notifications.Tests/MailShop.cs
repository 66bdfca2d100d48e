using Npgsql;

namespace Shop.Notifications.Tests;

/// <summary>A shop with a mail server that does as it is told.</summary>
public class MailShop : ShopFixture
{
    /// <summary>Who gets the mails.</summary>
    public ScriptedMailServer Mails { get; } = new();

    /// <inheritdoc />
    protected override IReadOnlyDictionary<string, string> Settings =>
        new Dictionary<string, string>
        {
            ["Notifications:Smtp:Port"] = Mails.Port.ToString(),
            ["Notifications:Smtp:From"] = "Shop <shop@shop.test>",
        };

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Mails.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Publishes a message several times at once, and once more after that, and waits until all copies are handled.</summary>
    public async Task PublishAgainAndAgainAsync(object message, Guid mentions)
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => PublishAsync(message)));
        await HandledAsync(mentions);
        await PublishAsync(message);
        await HandledAsync(mentions);
    }

    /// <summary>Waits until no message that mentions the id waits any more.</summary>
    public Task HandledAsync(Guid id) =>
        Eventually.IsTrueAsync(
            $"messages about {id} are handled",
            async () =>
                await ScalarAsync<long>(
                    "select count(*) from wolverine.wolverine_incoming_envelopes where status <> 'Handled' and position(convert_to($1, 'UTF8') in body) > 0",
                    id.ToString()
                ) == 0
        );

    /// <summary>Waits until the notification about a subject stands at a status, and gives its id.</summary>
    public async Task<Guid> NotificationAsync(Guid subjectId, string status)
    {
        await Eventually.IsTrueAsync(
            $"notification about {subjectId} is {status}",
            async () =>
                await ScalarAsync<string>("select status from notifications.notifications where subject_id = $1", subjectId) == status
        );
        return await ScalarAsync<Guid>("select id from notifications.notifications where subject_id = $1", subjectId);
    }

    /// <summary>A statement under the owner's login.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
