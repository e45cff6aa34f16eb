using System.Globalization;
using Actors.Learning.Checkpoints;
using Actors.Learning.Training;
using static TorchSharp.torch;

namespace Actors.Grains.Workers;

/// <summary>A module in a checkpoint: <c>NAME.safetensors</c> with PyTorch's names, and its optimiser's state beside it.</summary>
internal static class ModuleFiles
{
    private const string StepsKey = "optimizer_steps";

    /// <summary>Writes a worker's share: shard 0 the module, every shard that has an optimiser state of its own that.</summary>
    public static void Save(string draftFolder, string module, WorkerOrder order, TrainedModule trained)
    {
        CheckpointDraft draft = CheckpointDraft.Join(draftFolder);
        if (order.Shard == 0)
        {
            draft.WriteTensors(module, trained.ModelState);
        }

        if (order.Shard == 0 || HasOwnOptimizer(order))
        {
            string steps = trained.OptimizerSteps.ToString(CultureInfo.InvariantCulture);
            draft.WriteTensors(OptimizerName(module, order), trained.OptimizerState, new Dictionary<string, string> { [StepsKey] = steps });
        }
    }

    /// <summary>Takes a module, and its optimiser where wanted, from a verified checkpoint.</summary>
    public static void Restore(string checkpointFolder, string module, WorkerOrder order, TrainedModule trained, bool withOptimizer)
    {
        using (SafetensorsContent model = Checkpoint.ReadTensors(checkpointFolder, module))
        {
            Copy(model, trained.ModelState, $"{checkpointFolder}/{module}");
        }

        if (withOptimizer)
        {
            using SafetensorsContent optimizer = Checkpoint.ReadTensors(checkpointFolder, OptimizerName(module, order));
            Copy(optimizer, trained.OptimizerState, $"{checkpointFolder}/{OptimizerName(module, order)}");
            trained.OptimizerSteps = long.Parse(optimizer.Metadata[StepsKey], CultureInfo.InvariantCulture);
        }
    }

    // Shards that synchronise gradients have one optimiser state; shards that synchronise parameters each their own.
    private static bool HasOwnOptimizer(WorkerOrder order) => order.Configuration.Training.SynchronizationMode == "parameters";

    private static string OptimizerName(string module, WorkerOrder order) =>
        HasOwnOptimizer(order) ? string.Create(CultureInfo.InvariantCulture, $"optimizer.{module}.shard-{order.Shard}") : $"optimizer.{module}";

    private static void Copy(SafetensorsContent from, IReadOnlyDictionary<string, Tensor> to, string file)
    {
        string[] faults =
        [
            .. to.Keys.Where(name => !from.Tensors.ContainsKey(name)).Select(name => $"'{name}' is missing"),
            .. from.Tensors.Keys.Where(name => !to.ContainsKey(name)).Select(name => $"'{name}' is not the run's"),
            .. to.Where(t => from.Tensors.TryGetValue(t.Key, out Tensor? found) && !found.shape.SequenceEqual(t.Value.shape))
                .Select(t => $"'{t.Key}' must be [{string.Join(", ", t.Value.shape)}] but is [{string.Join(", ", from.Tensors[t.Key].shape)}]"),
        ];
        if (faults.Length > 0)
        {
            throw new CheckpointException($"{file}.safetensors: does not fit the run's configuration: {string.Join("; ", faults)}. Resume with the configuration it was written with.");
        }

        using var noGrad = no_grad();
        foreach ((string name, Tensor tensor) in to)
        {
            tensor.copy_(from.Tensors[name]);
        }
    }
}
