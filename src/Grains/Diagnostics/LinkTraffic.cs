using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Actors.Grains.Diagnostics;

/// <summary>
/// What comes from each other silo: the chunks of tensors that this silo fetches, with the time they take, and the tensors that ride in messages.
/// </summary>
internal sealed class LinkTraffic(Meter meter, TimeProvider time)
{
    /// <summary>Silos that have a label of their own; a silo that comes back on its old address has its old one.</summary>
    public const int Named = 64;

    /// <summary>Label of all the rest.</summary>
    public const string Other = "other";

    private const int MostKnown = 4 * Named;

    private readonly ConcurrentDictionary<SiloAddress, string> labels = new();
    private readonly HashSet<string> named = [];
    private readonly Counter<long> bytes = meter.CreateCounter<long>("actors.link.traffic", "By", "Bytes of tensors that came from another silo.");
    private readonly Histogram<double> duration = meter.CreateHistogram(
        "actors.link.chunk.duration",
        "s",
        "Time from asking another silo for a chunk of a tensor until it is in its place.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30] });

    /// <summary>The moment a chunk is asked for.</summary>
    public long Begin() => time.GetTimestamp();

    /// <summary>A chunk is in its place.</summary>
    /// <param name="peer">The silo it came from.</param>
    /// <param name="count">Its bytes.</param>
    /// <param name="began">When it was asked for.</param>
    public void End(SiloAddress peer, long count, long began)
    {
        KeyValuePair<string, object?> label = Of(peer);
        bytes.Add(count, label);
        duration.Record(time.GetElapsedTime(began).TotalSeconds, label);
    }

    /// <summary>A tensor came in a message; when that was sent, the receiver cannot know.</summary>
    /// <param name="peer">The silo it came from.</param>
    /// <param name="count">Its bytes.</param>
    public void Came(SiloAddress peer, long count) => bytes.Add(count, Of(peer));

    private KeyValuePair<string, object?> Of(SiloAddress peer)
    {
        if (labels.Count > MostKnown)
        {
            labels.Clear(); // addresses of silos that were started anew since; found again by endpoint
        }

        return new("peer", labels.GetOrAdd(peer, Label));
    }

    private string Label(SiloAddress peer)
    {
        string address = peer.Endpoint.ToString();
        lock (named)
        {
            return named.Contains(address) || (named.Count < Named && named.Add(address)) ? address : Other;
        }
    }
}
