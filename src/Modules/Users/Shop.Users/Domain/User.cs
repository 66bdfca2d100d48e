namespace Shop.Users.Domain;

/// <summary>Somebody who can sign in.</summary>
public sealed class User
{
    /// <summary>Chosen by the shop.</summary>
    public Guid Id { get; init; }

    /// <summary>As <see cref="EmailAddress.Normalize"/> writes it; unique.</summary>
    public string Email { get; init; } = "";

    /// <summary>As the person wants to be called.</summary>
    public string Name { get; set; } = "";

    /// <summary>Salt, iterations and hash in ASP.NET Core Identity's format.</summary>
    public string PasswordHash { get; set; } = "";

    /// <summary>One of <see cref="Roles.All"/>.</summary>
    public string Role { get; set; } = Roles.Customer;

    /// <summary>When the account was made, UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}
