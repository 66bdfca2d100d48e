namespace Shop.Users;

/// <summary>The section <c>Users</c> of the configuration.</summary>
public sealed class UsersOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Users";

    /// <summary>
    /// PEM private keys on P-256. The first signs, all are published: to rotate, add the new key second everywhere, then move it to the
    /// front, and drop the old one once its last token has run out.
    /// </summary>
    public string[] SigningKeys { get; set; } = [];

    /// <summary>The admin that a shop without one starts with; not set, none is made.</summary>
    public FirstAdminOptions? FirstAdmin { get; set; }
}

/// <summary>The first admin's sign-in.</summary>
public sealed class FirstAdminOptions
{
    /// <summary>E-mail address.</summary>
    public string Email { get; set; } = "";

    /// <summary>Password; the policy for passwords holds for it too.</summary>
    public string Password { get; set; } = "";
}
