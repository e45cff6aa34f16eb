using Actors.Learning.Balancing;
using Actors.Learning.Federation;
using static TorchSharp.torch;

namespace Actors.Learning.Training;

/// <summary>The rounds of shards that train in one thread: who takes part, what is added up, what all begin the next one with.</summary>
internal sealed class LocalRounds : IDisposable
{
    private readonly TrainingOptions options;
    private readonly LocalShard[] shards;
    private readonly Func<long, int, bool> isThere;
    private readonly RoundTimetable timetable;
    private readonly ModuleRound[][] modules; // [D][M + 1]
    private readonly ServerSegment[][] servers; // [M + 1][segments]
    private readonly long[] samples; // of this round, by shard
    private readonly double?[] scores; // sums of this round, [M]
    private int[] taking = [];

    public LocalRounds(TrainingOptions options, LocalShard[] shards, Func<long, int, bool> isThere)
    {
        (this.options, this.shards, this.isThere) = (options, shards, isThere);
        timetable = new RoundTimetable(options.SynchronizeEvery, shards[0].Fusion.StepsPerEpoch);
        modules = [.. shards.Select(shard => shard.Modules.Select(module => new ModuleRound(module, options.Rounds)).ToArray())];
        servers = [.. modules[0].Select(module => module.Segments.Select(segment => NewServer(module, segment)).ToArray())];
        samples = new long[shards.Length];
        scores = new double?[options.Modalities.Count];
        Coefficients = [.. scores.Select(_ => 1.0)];
    }

    /// <summary>k of the last round, [M]; 1 before the first has ended.</summary>
    public double[] Coefficients { get; private set; }

    /// <summary>The shards that take this step, in order; at a round's first step they take the parameters.</summary>
    public int[] Begin(long step)
    {
        if (step > 0 && !timetable.IsEnd(step))
        {
            return taking;
        }

        long round = timetable.Number(step);
        taking = Participation.Draw(options.Rounds, options.Seed, round, shards.Length, shard => isThere(round, shard));
        Array.Clear(samples);
        Array.Fill(scores, 0);
        foreach (int shard in taking)
        {
            Take(modules[shard]);
            Array.ForEach(modules[shard], module => module.Begin());
        }

        return taking;
    }

    /// <summary>Counts a step, and where it was the round's last ends the round for all shards.</summary>
    public void End(long step, Balancer balancer)
    {
        foreach (int shard in taking)
        {
            samples[shard] += shards[shard].SampleCount;
            OutputStatistics?[] unimodal = shards[shard].Unimodal;
            for (int i = 0; i < scores.Length; i++)
            {
                scores[i] += unimodal[i]?.ScoreSum; // null stays null
            }
        }

        if (!timetable.IsEnd(step + 1))
        {
            return;
        }

        long[] weights = [.. shards.Select((shard, d) => options.Rounds.WeighsByOwnSamples && taking.Contains(d) ? shard.Fusion.OwnSampleCount : samples[d])];
        long total = weights.Sum();
        for (int m = 0; m < servers.Length; m++)
        {
            foreach (ModuleSegment segment in modules[0][m].Segments)
            {
                foreach (int shard in taking)
                {
                    using Tensor learned = modules[shard][m].Learned(segment);
                    using Tensor onHost = learned.cpu();
                    servers[m][segment.Number].Add(onHost, (double)weights[shard] / total);
                }

                servers[m][segment.Number].Apply();
            }
        }

        Coefficients = balancer.Exchange(scores, [.. scores.Select(_ => samples.Sum())]).Coefficients;
        Array.ForEach(modules, Take);
    }

    public void Dispose()
    {
        Array.ForEach(modules, shard => Array.ForEach(shard, module => module.Dispose()));
        Array.ForEach(servers, module => Array.ForEach(module, segment => segment.Dispose()));
    }

    private ServerSegment NewServer(ModuleRound module, ModuleSegment segment)
    {
        using Tensor values = module.Values(segment);
        return new ServerSegment(segment.IsStatistics ? new ServerOptimizerOptions() : options.Rounds.Server, values.to(CPU, copy: true));
    }

    private void Take(ModuleRound[] shard)
    {
        for (int m = 0; m < shard.Length; m++)
        {
            foreach (ModuleSegment segment in shard[m].Segments)
            {
                shard[m].Take(segment, servers[m][segment.Number].Parameters);
            }
        }
    }
}
