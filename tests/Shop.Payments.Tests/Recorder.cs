using System.Collections.Concurrent;
using Shop.BuildingBlocks.Contracts;
using Shop.Payments.Contracts;

namespace Shop.Payments.Tests;

/// <summary>Makes the hosts of this assembly deliver the module's events to the recorder, as they would to another module.</summary>
public sealed class RecorderExtension() : RecordingExtension(typeof(RecorderHandler));

/// <summary>What the module said about each payment, in the order in which it was heard.</summary>
public static class Heard
{
    private static readonly ConcurrentDictionary<Guid, ConcurrentQueue<IIntegrationEvent>> Events = new();

    /// <summary>All of it so far.</summary>
    public static IReadOnlyList<IIntegrationEvent> Of(Guid paymentId) => Events.TryGetValue(paymentId, out var events) ? [.. events] : [];

    /// <summary>The first of a kind, once it was heard.</summary>
    public static Task<T> SoonAsync<T>(Guid paymentId)
        where T : class, IIntegrationEvent =>
        Eventually.GetAsync($"{typeof(T).Name} of {paymentId}", () => Task.FromResult(Of(paymentId).OfType<T>().FirstOrDefault()));

    /// <summary>Waits until it was heard so often.</summary>
    public static Task TimesAsync<T>(Guid paymentId, int times)
        where T : class, IIntegrationEvent =>
        Eventually.IsTrueAsync(
            $"{times} x {typeof(T).Name} of {paymentId}",
            () => Task.FromResult(Of(paymentId).OfType<T>().Count() >= times)
        );

    internal static void Note(Guid paymentId, IIntegrationEvent heard) => Events.GetOrAdd(paymentId, _ => new()).Enqueue(heard);
}

/// <summary>Stands for the modules that listen.</summary>
public static class RecorderHandler
{
    public static void Handle(PaymentAuthorized heard) => Heard.Note(heard.PaymentId, heard);

    public static void Handle(PaymentActionRequired heard) => Heard.Note(heard.PaymentId, heard);

    public static void Handle(PaymentDeclined heard) => Heard.Note(heard.PaymentId, heard);

    public static void Handle(PaymentCaptured heard) => Heard.Note(heard.PaymentId, heard);

    public static void Handle(PaymentCaptureFailed heard) => Heard.Note(heard.PaymentId, heard);

    public static void Handle(PaymentVoided heard) => Heard.Note(heard.PaymentId, heard);
}
