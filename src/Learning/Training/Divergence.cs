namespace Actors.Learning.Training;

/// <summary>Refuses to go on with a loss that is no number any more: what is learnt from there on is worth nothing.</summary>
public static class Divergence
{
    /// <summary>Passes a finite loss.</summary>
    /// <param name="loss">A sum or a mean, in nats.</param>
    /// <param name="step">The step it is of, or after which it is.</param>
    /// <param name="modality">Whose head it is of; null: of the fused output.</param>
    /// <exception cref="NotFiniteNumberException">The loss is not finite; says of what and at which step, and what to do.</exception>
    public static void Refuse(double loss, long step, string? modality = null)
    {
        if (!double.IsFinite(loss))
        {
            string output = modality is null ? "the fused output" : $"modality '{modality}'";
            throw new NotFiniteNumberException(
                $"The loss of {output} must be a finite number, but is {loss} at step {step}. "
                + "The training has diverged: lower optimizer.learning_rate or set training.clip_norm.", loss);
        }
    }
}
