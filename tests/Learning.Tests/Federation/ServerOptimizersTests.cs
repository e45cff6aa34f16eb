using Actors.Learning.Federation;
using static TorchSharp.torch;

namespace Actors.Learning.Tests.Federation;

public sealed class ServerOptimizersTests
{
    private static readonly double[] Start = [1, -2, 0.5];
    private static readonly double[][] Rounds = [[0.1, -0.3, 0], [0.2, 0.4, -1e-4], [-0.5, 0.1, 2], [0, 0, 0], [0.05, -1, 0.3]];

    [Theory]
    [InlineData("fedavg", 1)]
    [InlineData("fedavg", 0.5)]
    [InlineData("fedavgm", 0.7)]
    [InlineData("fedadam", 0.01)]
    public void Step_SeveralRounds_EqualsTheAlgorithmWrittenOut(string name, double learningRate)
    {
        var options = new ServerOptimizerOptions { Name = name, LearningRate = learningRate, Momentum = 0.8, Beta1 = 0.85, Beta2 = 0.95, Epsilon = 1e-2 };
        using Tensor parameters = tensor([.. Start.Select(v => (float)v)]);
        using IServerOptimizer optimizer = ServerOptimizers.Create(options, Start.Length);
        double[] x = [.. Start], m = new double[3], v = [.. Start.Select(_ => 1e-4)]; // v begins at τ²
        foreach (double[] round in Rounds)
        {
            using Tensor difference = tensor([.. round.Select(d => (float)d)]);
            optimizer.Step(parameters, difference);
            for (int i = 0; i < x.Length; i++)
            {
                double d = round[i];
                switch (name)
                {
                    case "fedavg":
                        x[i] += learningRate * d;
                        break;
                    case "fedavgm":
                        m[i] = (0.8 * m[i]) + d;
                        x[i] += learningRate * m[i];
                        break;
                    default:
                        m[i] = (0.85 * m[i]) + (0.15 * d);
                        v[i] = (0.95 * v[i]) + (0.05 * d * d);
                        x[i] += learningRate * m[i] / (Math.Sqrt(v[i]) + 1e-2);
                        break;
                }
            }

            float[] actual = parameters.data<float>().ToArray();
            Assert.All(x.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        }
    }

    [Fact]
    public void Create_UnknownName_ListsTheKnown()
    {
        string message = Assert.Throws<ArgumentException>(() => ServerOptimizers.Create(new ServerOptimizerOptions { Name = "fedprox" }, 3)).Message;
        Assert.Contains("'fedprox'", message);
        Assert.All(ServerOptimizers.Names, name => Assert.Contains(name, message));
    }

    [Fact]
    public void Apply_SeveralParticipants_IsTheWeightedMean()
    {
        using var segment = new ServerSegment(new ServerOptimizerOptions(), tensor(new float[] { 1, 2, 3 }));
        (float[] Learned, double Samples)[] given = [([1, 0, 2], 3), ([-1, 4, 0], 1)];
        foreach ((float[] learned, double samples) in given)
        {
            using Tensor one = tensor(learned);
            segment.Add(one, samples / 4);
        }

        segment.Apply();
        Assert.Equal([1.5f, 3, 4.5f], segment.Parameters.data<float>().ToArray());
    }

    [Fact]
    public void Apply_NobodyGave_ChangesNothingAndNoMomentum()
    {
        using var segment = new ServerSegment(new ServerOptimizerOptions { Name = ServerOptimizers.FedAvgM }, tensor(new float[] { 1, 2 }));
        using (Tensor learned = tensor(new float[] { 1, 1 }))
        {
            segment.Add(learned, 1);
        }

        segment.Apply();
        float[] before = segment.Parameters.data<float>().ToArray();
        segment.Apply();
        Assert.Equal(before, segment.Parameters.data<float>().ToArray());
    }

    [Fact]
    public void Begin_AfterSomeWereAdded_ForgetsThem()
    {
        using var segment = new ServerSegment(new ServerOptimizerOptions(), tensor(new float[] { 1, 2 }));
        using Tensor learned = tensor(new float[] { 5, 5 });
        segment.Add(learned, 0.5);
        segment.Begin(); // a participant was lost: all are added anew
        segment.Add(learned, 1);
        segment.Apply();
        Assert.Equal([6f, 7], segment.Parameters.data<float>().ToArray());
    }
}
