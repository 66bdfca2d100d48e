using System.Diagnostics;

namespace Shop.TestKit;

/// <summary>Counts the statements that a test's requests send to PostgreSQL: they share the test's trace.</summary>
public sealed class QueryCount : IDisposable
{
    private readonly Activity _trace = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
    private readonly ActivityListener _listener;
    private int _total;

    /// <summary>Counts from now on.</summary>
    /// <param name="counts">Which statements; all when null.</param>
    public QueryCount(Func<string, bool>? counts = null)
    {
        var trace = _trace.TraceId;
        _trace.ActivityTraceFlags |= ActivityTraceFlags.Recorded;
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Npgsql" or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.TraceId == trace ? ActivitySamplingResult.AllData : ActivitySamplingResult.None,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == trace && activity.GetTagItem("db.query.text") is string sql && counts?.Invoke(sql) != false)
                    Interlocked.Increment(ref _total);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>Statements so far.</summary>
    public int Total => Volatile.Read(ref _total);

    /// <inheritdoc />
    public void Dispose()
    {
        _listener.Dispose();
        _trace.Dispose();
    }
}
