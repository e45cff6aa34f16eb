using System.Globalization;
using Actors.Learning.Checkpoints;
using Actors.Learning.Training;
using static TorchSharp.torch;

namespace Actors.Grains.Workers;

/// <summary>A module in a checkpoint: <c>NAME.safetensors</c> with PyTorch's names, and its optimiser's state beside it.</summary>
internal static class ModuleFiles
{
    private const string StepsKey = "optimizer_steps";

    /// <summary>Writes a worker's share: one shard the module, every shard that has an optimiser state of its own that.</summary>
    public static void Save(string draftFolder, string module, WorkerOrder order, TrainedModule trained, bool withModule)
    {
        CheckpointDraft draft = CheckpointDraft.Join(draftFolder);
        if (withModule)
        {
            draft.WriteTensors(module, trained.ModelState);
        }

        if (order.Configuration.Training.SynchronizesParameters ? KeepsOptimizer(order) : withModule)
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

        bool isKept = KeepsOptimizer(order) && Exists(checkpointFolder, OptimizerName(module, order));
        if (withOptimizer && order.Configuration.Training.SynchronizesParameters && !isKept)
        {
            trained.ResetOptimizer(); // the shard was away when the checkpoint was written: it comes back with a fresh one
        }
        else if (withOptimizer)
        {
            using SafetensorsContent optimizer = Checkpoint.ReadTensors(checkpointFolder, OptimizerName(module, order));
            Copy(optimizer, trained.OptimizerState, $"{checkpointFolder}/{OptimizerName(module, order)}");
            trained.OptimizerSteps = long.Parse(optimizer.Metadata[StepsKey], CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Takes tensors of one file of a verified checkpoint.</summary>
    public static void Restore(string checkpointFolder, string file, IReadOnlyDictionary<string, Tensor> to)
    {
        using SafetensorsContent content = Checkpoint.ReadTensors(checkpointFolder, file);
        Copy(content, to, $"{checkpointFolder}/{file}");
    }

    // Shards that synchronise gradients have one optimiser state; shards that synchronise parameters each their own, unless every round begins with a fresh
    // one.
    private static bool KeepsOptimizer(WorkerOrder order) => order.Configuration.Training.Rounds?.OptimizerState != "reset";

    private static bool Exists(string checkpointFolder, string name) => File.Exists(Path.Combine(checkpointFolder, $"{name}.safetensors"));

    private static string OptimizerName(string module, WorkerOrder order) =>
        order.Configuration.Training.SynchronizesParameters
            ? string.Create(CultureInfo.InvariantCulture, $"optimizer.{module}.shard-{order.Shard}")
            : $"optimizer.{module}";

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
            throw new CheckpointException(
                $"{file}.safetensors: does not fit the run's configuration: {string.Join("; ", faults)}. Resume with the configuration it was written with.");
        }

        using var noGrad = no_grad();
        foreach ((string name, Tensor tensor) in to)
        {
            tensor.copy_(from.Tensors[name]);
        }
    }
}
