namespace Shop.Notifications.Domain;

/// <summary>An address that its owner would recognise and nobody else could use.</summary>
public static class MaskedAddress
{
    private const string Hidden = "***";

    /// <summary><c>jane@example.com</c> as <c>j***@e***.com</c>.</summary>
    public static string Of(string address)
    {
        var at = address.LastIndexOf('@');
        if (at < 1 || at == address.Length - 1)
            return Hidden;
        var domain = address[(at + 1)..];
        var dot = domain.LastIndexOf('.');
        return $"{address[0]}{Hidden}@{domain[0]}{Hidden}{(dot > 0 ? domain[dot..] : "")}";
    }
}
