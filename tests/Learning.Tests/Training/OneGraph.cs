using Actors.Learning.Balancing;
using Actors.Learning.Data;
using Actors.Learning.Encoders;
using Actors.Learning.Fusion;
using Actors.Learning.Optimization;
using Actors.Learning.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Actors.Learning.Tests.Training;

/// <summary>
/// A run of one shard written out from the paper, in doubles: one graph, one sum of losses, one backward, and SGD by hand. What the workers must equal.
/// </summary>
internal sealed class OneGraph : IDisposable
{
    private readonly TrainingOptions options;
    private readonly IDataset data;
    private readonly ModalityNetwork[] networks; // [M]
    private readonly Dictionary<string, Tensor> fusion = []; // leaves
    private readonly Dictionary<string, Tensor>[] modules; // [M + 1] parameters by name, the fusion's last
    private readonly Dictionary<string, Tensor>[] velocities;

    /// <summary>Begins with the workers' weights.</summary>
    public OneGraph(TrainingOptions options, IDataset data, IReadOnlyList<EncoderWorker> encoders, FusionWorker fusionWorker)
    {
        using var noGrad = no_grad();
        (this.options, this.data) = (options, data);
        networks = [.. encoders.Select((encoder, i) =>
        {
            IReadOnlyList<long> shape = data.Modalities[i].Shape;
            var network = new ModalityNetwork(EncoderCatalog.Create(options.Modalities[i].Encoder, shape), data.Classes.Count);
            network.Encoder.to(ScalarType.Float64);
            network.Head.to(ScalarType.Float64);
            foreach ((string name, var parameter) in network.NamedParameters())
            {
                parameter.copy_(encoder.Module.ModelState[name]);
            }

            return network;
        })];
        foreach ((string name, Tensor tensor) in fusionWorker.Module.ModelState)
        {
            fusion[name] = tensor.detach().to(ScalarType.Float64).requires_grad_();
        }

        modules = [.. networks.Select(network => network.NamedParameters().ToDictionary(p => p.Name, p => (Tensor)p.Parameter)), fusion];
        velocities = [.. modules.Select(module => module.ToDictionary(p => p.Key, p => zeros_like(p.Value)))];
    }

    /// <summary>o [B, C] of the last forward.</summary>
    public Tensor Fused { get; private set; } = null!;

    /// <summary>o_i [B, C] of the last forward, [M].</summary>
    public Tensor[] Unimodal { get; private set; } = [];

    /// <summary>k of the last forward, [M].</summary>
    public double[] Coefficients { get; private set; } = [];

    /// <summary>Parameters of a module by name; the fusion is module M.</summary>
    public IReadOnlyDictionary<string, Tensor> Parameters(int module) => modules[module];

    /// <summary>Gradient of a parameter, before ×k; zero where no loss depends on it.</summary>
    public Tensor Gradient(int module, string name) => modules[module][name].grad ?? zeros_like(modules[module][name]);

    /// <summary>Forward and backward of everything at once.</summary>
    public void Learn(int[] rows)
    {
        foreach (Tensor parameter in modules.SelectMany(module => module.Values))
        {
            parameter.grad?.zero_();
        }

        Tensor labels = tensor([.. rows.Select(row => (long)data.Samples(Split.Train).Labels[row])]);
        Tensor[] features = [.. networks.Select((network, i) =>
            network.Encoder.forward(data.Load(options.Modalities[i].Name, Split.Train, rows).to(ScalarType.Float64)))]; // M × [B, D_i]
        Fused = Fuse(features);
        Unimodal = [.. networks.Select((network, i) => network.Head.forward(features[i]))];
        bool ofHeads = options.Method.Name is "multi-loss" or "mlb";
        Tensor loss = nn.functional.cross_entropy(Fused, labels);
        foreach (Tensor logits in ofHeads ? Unimodal : [])
        {
            loss = loss + nn.functional.cross_entropy(logits, labels);
        }

        loss.backward();
        Coefficients = [.. networks.Select((_, i) => options.Method.Name == "mlb" ? Coefficient(i, labels) : 1)];
    }

    /// <summary>×k, clipping, weight decay, momentum and the step.</summary>
    public void Step()
    {
        using var noGrad = no_grad();
        bool ofUpdate = options.Method.Target == CoefficientTarget.Update;
        OptimizerOptions sgd = options.Optimizer;
        for (int m = 0; m < modules.Length; m++)
        {
            Dictionary<string, Tensor> scaled = modules[m].Keys.ToDictionary(name => name, name => Gradient(m, name) * (ofUpdate ? 1 : Factor(m, name)));
            double norm = Math.Sqrt(scaled.Values.Sum(g => g.square().sum().item<double>()));
            double clip = Math.Min(1, options.ClipNorm!.Value / (norm + 1e-6));
            foreach ((string name, Tensor parameter) in modules[m])
            {
                velocities[m][name].mul_(sgd.Momentum).add_((scaled[name] * clip) + (parameter * sgd.WeightDecay));
                parameter.add_(velocities[m][name], alpha: -sgd.LearningRate * (ofUpdate ? Factor(m, name) : 1));
            }
        }
    }

    public void Dispose() => Array.ForEach(networks, network => network.Dispose());

    /// <summary>o of features: a linear layer over all, or the paper's MLP.</summary>
    private Tensor Fuse(Tensor[] features)
    {
        if (options.Fusion.Name == Fusions.LateLinear || options.Method.Name == "unimodal")
        {
            return nn.functional.linear(cat(features, 1), cat([.. features.Select((_, i) => fusion[$"slices.{i}"])], 1), fusion["bias"]);
        }

        Tensor sum = nn.functional.linear(
            cat(features, 1), cat([.. features.Select((_, i) => fusion[$"projections.{i}.weight"])], 1), fusion["projections.0.bias"]); // [B, H]
        Tensor hidden = nn.functional.linear(nn.functional.relu(sum), fusion["hidden.weight"], fusion["hidden.bias"]);
        return nn.functional.linear(nn.functional.relu(hidden), fusion["output.weight"], fusion["output.bias"]);
    }

    /// <summary>k_i of encoder i with its head and of what the fusion has for modality i alone; 1 of what modalities share, biases among it.</summary>
    private double Factor(int module, string name)
    {
        if (module < networks.Length)
        {
            return Coefficients[module];
        }

        int[] owner = [.. Enumerable.Range(0, networks.Length).Where(i => name == $"slices.{i}" || name == $"projections.{i}.weight")];
        return owner.Length == 1 ? Coefficients[owner[0]] : 1;
    }

    private double Coefficient(int i, Tensor labels)
    {
        double[] scores = [.. Unimodal.Select(logits => nn.functional.softmax(logits, 1).gather(1, labels.unsqueeze(1)).sum().item<double>())];
        double ratio = scores.Length == 1 ? 1 : scores.Where((_, j) => j != i).Average() / scores[i];
        double beta = ratio > 1 ? options.Method.BetaMax : 2;
        return 1 + ((beta - 1) * Math.Tanh(options.Method.Alpha * (ratio - 1)));
    }
}
