using System.Diagnostics.Metrics;

namespace Actors.Grains.Tests.Diagnostics;

/// <summary>What a meter's instruments say: the newest value of those that are asked, the sum and the count of those that tell.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly Dictionary<string, (double Sum, long Count)> told = [];
    private readonly Dictionary<string, double> asked = [];
    private readonly object gate = new();

    public Measurements(object scope)
    {
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Meter.Name == "Actors" && ReferenceEquals(instrument.Meter.Scope, scope))
            {
                listening.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, labels, _) => Take(instrument, value, labels));
        listener.SetMeasurementEventCallback<long>((instrument, value, labels, _) => Take(instrument, value, labels));
        listener.SetMeasurementEventCallback<int>((instrument, value, labels, _) => Take(instrument, value, labels));
        listener.Start();
    }

    /// <summary>Series of the last collection, as <c>name{label=value,…}</c> with the labels in order.</summary>
    public IReadOnlyDictionary<string, double> Collect()
    {
        lock (gate)
        {
            asked.Clear();
        }

        listener.RecordObservableInstruments();
        lock (gate)
        {
            return new Dictionary<string, double>(asked);
        }
    }

    /// <summary>Sum and count of what a counter or a histogram was told.</summary>
    public IReadOnlyDictionary<string, (double Sum, long Count)> Told()
    {
        lock (gate)
        {
            return new Dictionary<string, (double Sum, long Count)>(told);
        }
    }

    public void Dispose() => listener.Dispose();

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        IEnumerable<string> pairs = labels.ToArray().OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}");
        string series = $"{instrument.Name}{{{string.Join(',', pairs)}}}";
        lock (gate)
        {
            if (instrument.IsObservable)
            {
                asked.Add(series, value); // throws where one series is told twice
            }
            else
            {
                (double sum, long count) = told.GetValueOrDefault(series);
                told[series] = (sum + value, count + 1);
            }
        }
    }
}
