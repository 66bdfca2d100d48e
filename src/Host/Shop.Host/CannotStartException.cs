using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Npgsql;
using Shop.LocalServices.Postgres;

namespace Shop.Host;

/// <summary>The shop, or a command, may not or can not start as things are; the message says what to set or do.</summary>
public sealed class CannotStartException(string message) : Exception(message)
{
    /// <summary>What to tell a person at a terminal, where that helps more than a stack trace: wrong settings, what is taken or away. Else null.</summary>
    public static string? ReasonOf(Exception e) =>
        e switch
        {
            CannotStartException or PostgresToolException or IOException => e.Message,
            OptionsValidationException options => string.Join('\n', options.Failures),
            PostgresException database => $"The database of ConnectionStrings__Shop refused: {database.SqlState} {database.MessageText}.",
            NpgsqlException { InnerException: SocketException or TimeoutException } =>
                "The database of ConnectionStrings__Shop doesn't answer.",
            NpgsqlException database => $"The database of ConnectionStrings__Shop can't be used: {database.Message}",
            AggregateException { InnerExceptions: [var only] } => ReasonOf(only),
            _ => null,
        };
}
