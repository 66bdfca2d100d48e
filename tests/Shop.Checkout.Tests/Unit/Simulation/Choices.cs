namespace Shop.Checkout.Tests.Unit.Simulation;

/// <summary>All chance of a schedule, in a list of bytes: shorter lists and smaller bytes are simpler schedules. At its end all is well.</summary>
internal sealed class Choices(byte[] bytes)
{
    private int _next;

    /// <summary>True when only the healthy rest is left.</summary>
    public bool Exhausted => _next >= bytes.Length;

    /// <summary>A number below <paramref name="n"/>; 0 when exhausted.</summary>
    public int Below(int n) => Exhausted ? 0 : bytes[_next++] % n;

    /// <summary>True once in <paramref name="n"/> times; never when exhausted.</summary>
    public bool OneIn(int n) => Below(n) == n - 1;

    /// <summary>No more faults.</summary>
    public void Heal() => _next = bytes.Length;
}
