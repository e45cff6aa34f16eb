namespace Actors.Grains.Runs;

/// <summary>How often a run was begun; outlives the silo that conducts it, so that workers it left elsewhere are never taken for new ones.</summary>
[GenerateSerializer, Alias("Actors.RunGeneration")]
internal sealed class RunGeneration
{
    /// <summary>The newest generation; 0 before the first.</summary>
    [Id(0)] public int Number { get; set; }
}
