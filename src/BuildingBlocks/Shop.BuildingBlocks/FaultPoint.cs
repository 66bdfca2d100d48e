using System.Diagnostics;

namespace Shop.BuildingBlocks;

/// <summary>
/// A named place where a crash test kills the process, as SIGKILL does. Inert unless the environment variable
/// <c>SHOP_FAULT</c> holds the name; Production refuses to start when it is set.
/// </summary>
public static class FaultPoint
{
    /// <summary>The environment variable that arms a point.</summary>
    public const string Variable = "SHOP_FAULT";

    private static readonly string? Armed = Environment.GetEnvironmentVariable(Variable);

    /// <summary>True when some point is armed.</summary>
    public static bool IsArmed => !string.IsNullOrEmpty(Armed);

    /// <summary>Ends the process at once, without any clean-up, when this point is the armed one.</summary>
    /// <param name="name">Place and moment, such as <c>payments.authorize:before-call</c>.</param>
    public static void Hit(string name)
    {
        if (Armed != name)
            return;
        Console.Error.WriteLine($"fault point {name}");
        Console.Error.Flush();
        Process.GetCurrentProcess().Kill();
        new ManualResetEvent(false).WaitOne();
    }
}
