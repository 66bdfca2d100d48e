using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Shop.BuildingBlocks;

/// <summary>
/// A named place where a crash test kills the process, as SIGKILL does, or freezes it, as SIGSTOP does. Inert unless the environment
/// variable <c>SHOP_FAULT</c> holds the name, with <c>freeze:</c> before it to freeze, and <c>#2</c> behind it for the second time the place
/// is passed; Production refuses to start when it is set.
/// </summary>
public static class FaultPoint
{
    /// <summary>The environment variable that arms a point.</summary>
    public const string Variable = "SHOP_FAULT";

    private const string Freeze = "freeze:";
    private const int SigStop = 19;

    private static readonly string[] Setting = (Environment.GetEnvironmentVariable(Variable) ?? "").Split('#');
    private static readonly bool Freezes = Setting[0].StartsWith(Freeze, StringComparison.Ordinal);
    private static readonly string Armed = Freezes ? Setting[0][Freeze.Length..] : Setting[0];
    private static int _passes = Setting.Length > 1 ? int.Parse(Setting[1], CultureInfo.InvariantCulture) : 1;

    /// <summary>True when some point is armed.</summary>
    public static bool IsArmed => Armed.Length > 0;

    /// <summary>Ends the process at once, without any clean-up, or stops it until it is told to go on, when this point is the armed one.</summary>
    /// <param name="name">Place and moment, such as <c>payments.authorize:before-call</c>.</param>
    public static void Hit(string name)
    {
        if (Armed != name || Interlocked.Decrement(ref _passes) != 0)
            return;
        Console.Error.WriteLine($"fault point {name}");
        Console.Error.Flush();
        if (Freezes)
        {
            Raise(SigStop);
            return;
        }
        Process.GetCurrentProcess().Kill();
        new ManualResetEvent(false).WaitOne();
    }

    [DllImport("libc", EntryPoint = "raise")]
    private static extern int Raise(int signal);
}
