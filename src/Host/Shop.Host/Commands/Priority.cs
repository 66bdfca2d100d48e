using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Shop.Host.Commands;

/// <summary>How much of the processors a command may have that works beside the running shop.</summary>
internal static class Priority
{
    private const int OfThread = 0;
    private const int BelowNormal = 10;

    /// <summary>Yields them to the shop wherever both want them.</summary>
    public static void Lower()
    {
        if (!OperatingSystem.IsLinux())
        {
            using var process = Process.GetCurrentProcess();
            process.PriorityClass = ProcessPriorityClass.BelowNormal;
            return;
        }
        // There each thread has a priority of its own, and a new one inherits its maker's: the class above would be the first one's alone.
        foreach (var thread in Directory.EnumerateDirectories("/proc/self/task"))
            _ = SetPriority(OfThread, int.Parse(Path.GetFileName(thread), CultureInfo.InvariantCulture), BelowNormal);
    }

    [DllImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetPriority(int which, int id, int priority);
}
