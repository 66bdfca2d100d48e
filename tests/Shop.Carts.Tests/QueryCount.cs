using System.Diagnostics;

namespace Shop.Carts.Tests;

/// <summary>Counts what this test's requests send to PostgreSQL: they share the test's trace.</summary>
internal sealed class QueryCount : IDisposable
{
    private readonly Activity _trace = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
    private readonly ActivityListener _listener;
    private int _total;

    public QueryCount()
    {
        _trace.ActivityTraceFlags |= ActivityTraceFlags.Recorded;
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Npgsql" or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.Source.Name == "Npgsql" && activity.TraceId == _trace.TraceId)
                    Interlocked.Increment(ref _total);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public int Total => Volatile.Read(ref _total);

    public void Dispose()
    {
        _listener.Dispose();
        _trace.Dispose();
    }
}
