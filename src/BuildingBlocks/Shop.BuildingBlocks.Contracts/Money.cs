namespace Shop.BuildingBlocks.Contracts;

/// <summary>An amount of one currency.</summary>
/// <param name="Minor">Minor units of the currency: cents for EUR, yen for JPY.</param>
/// <param name="Currency">ISO 4217 code in upper case.</param>
public readonly record struct Money(long Minor, string Currency)
{
    /// <summary>Adds an amount of the same currency.</summary>
    /// <exception cref="InvalidOperationException">The currencies differ, or the sum does not fit.</exception>
    public static Money operator +(Money left, Money right) => new(checked(left.Minor + right.SameAs(left).Minor), left.Currency);

    /// <summary>Subtracts an amount of the same currency.</summary>
    /// <exception cref="InvalidOperationException">The currencies differ.</exception>
    public static Money operator -(Money left, Money right) => new(checked(left.Minor - right.SameAs(left).Minor), left.Currency);

    /// <summary>The amount taken <paramref name="times"/> times.</summary>
    public static Money operator *(Money amount, int times) => new(checked(amount.Minor * times), amount.Currency);

    /// <summary>No money, in the given currency.</summary>
    public static Money Zero(string currency) => new(0, currency);

    private Money SameAs(Money other) =>
        Currency == other.Currency ? this : throw new InvalidOperationException($"{Currency} and {other.Currency} can't be added.");
}
