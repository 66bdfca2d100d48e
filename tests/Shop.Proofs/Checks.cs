namespace Shop.Proofs;

/// <summary>The checks of one proof, printed as they are made.</summary>
public sealed class Checks
{
    private readonly Table _table = new(("check", 52), ("expected", 22), ("seen", 30), ("", 4));

    /// <summary>Checks made.</summary>
    public int Made { get; private set; }

    /// <summary>Checks that did not hold.</summary>
    public int Failed { get; private set; }

    /// <summary>Compares by text, and prints a row.</summary>
    public void Equal(string what, object? expected, object? seen)
    {
        Made++;
        var holds = Equals(expected?.ToString(), seen?.ToString());
        if (!holds)
            Failed++;
        _table.Row(what, $"{expected}", $"{seen}", holds ? "ok" : "NO");
    }

    /// <summary>The verdict over all checks.</summary>
    public Verdict Verdict(string figure) => new(Failed == 0 && Made > 0, figure);
}
