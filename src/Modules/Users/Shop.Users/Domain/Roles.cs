using Shop.BuildingBlocks;

namespace Shop.Users.Domain;

/// <summary>What a user may be; a user is exactly one of these.</summary>
public static class Roles
{
    public const string Customer = Policies.Customer;
    public const string Staff = Policies.Staff;
    public const string Admin = Policies.Admin;

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> All = [Customer, Staff, Admin];
}
