using Actors.Contracts.Runs;
using Actors.Grains.Workers;

namespace Actors.Grains.Runs;

/// <summary>How one generation of a run ended.</summary>
/// <param name="Final">Status of the run, where it does not go on.</param>
/// <param name="Message">Why, in one sentence or more.</param>
internal sealed record GenerationEnd(RunStatus Final, string Message)
{
    /// <summary>Another generation has taken the run over: this one says and writes nothing more.</summary>
    public static GenerationEnd Fenced { get; } = new(RunStatus.Failed, "") { IsFenced = true };

    public bool IsFenced { get; init; }

    /// <summary>True where the run is to go on in another generation.</summary>
    public bool GoesOn { get; init; }

    /// <summary>Why the generation was lost; null where it was not.</summary>
    public Exception? Loss { get; init; }

    /// <summary>Why the run failed.</summary>
    public string? FirstCause { get; init; }

    /// <summary>True where what it says is a warning: a move was wanted, a loss was not.</summary>
    public bool IsWarning => GoesOn && Loss is not null;

    /// <summary>What it says.</summary>
    public string Told => IsWarning ? $"{Message} The run goes on from its newest checkpoint." : Message;

    /// <summary>Somebody wanted it.</summary>
    /// <param name="request">What was wanted.</param>
    /// <param name="step">Steps taken.</param>
    public static GenerationEnd Stopped(StopRequest request, long step) => request == StopRequest.Move
        ? new(RunStatus.Stopped, $"A silo leaves the cluster: the run goes on from step {step} on those that stay.") { GoesOn = true }
        : new(RunStatus.Stopped, $"Stopped after step {step}; 'actors resume' goes on from the newest checkpoint.");

    /// <summary>Something failed: the run, or only this generation of it.</summary>
    /// <param name="failure">What.</param>
    /// <param name="request">What was wanted meanwhile.</param>
    /// <param name="mayGoOn">False where no generation is to follow a loss.</param>
    public static GenerationEnd Failed(Exception failure, StopRequest request, bool mayGoOn)
    {
        if (!WorkerFailure.IsLoss(failure))
        {
            return Failed(failure.Message);
        }

        if (request is StopRequest.AtStep or StopRequest.Now)
        {
            string message = $"Stopped, and {failure.Message} 'actors resume' goes on from the newest checkpoint.";
            return new(RunStatus.Stopped, message) { Loss = failure };
        }

        return mayGoOn
            ? new(RunStatus.Failed, failure.Message) { Loss = failure, GoesOn = true }
            : Failed(failure.Message) with { Loss = failure };
    }

    /// <summary>The run failed.</summary>
    public static GenerationEnd Failed(string cause) => new(RunStatus.Failed, cause) { FirstCause = cause };
}
