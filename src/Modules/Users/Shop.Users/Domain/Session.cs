namespace Shop.Users.Domain;

/// <summary>One sign-in and all refresh tokens that descend from it: the family that falls together when one of them is used twice.</summary>
public sealed class Session
{
    /// <summary>Chosen by the shop.</summary>
    public Guid Id { get; init; }

    /// <summary>Who signed in.</summary>
    public Guid UserId { get; init; }

    /// <summary>When, by the database's clock.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>No refresh is possible from then on, however often the session was refreshed.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was ended before its time; null while it lives.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Why: <c>signed_out</c> or <c>token_reused</c>.</summary>
    public string? RevokedBecause { get; init; }
}

/// <summary>A refresh token; of the token itself only the hash is kept.</summary>
public sealed class RefreshToken
{
    /// <summary>SHA-256 of the token.</summary>
    public byte[] Hash { get; init; } = [];

    /// <summary>Its family.</summary>
    public Guid SessionId { get; init; }

    /// <summary>When it was handed out.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Not good from then on.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was exchanged for its one successor; null while it is good.</summary>
    public DateTimeOffset? UsedAt { get; init; }
}
