namespace Actors.Learning.Data;

/// <summary>The three parts of a dataset. Test is touched once, at the end of a run.</summary>
public enum Split
{
    /// <summary>Learnt from.</summary>
    Train,

    /// <summary>Says which checkpoint is the best.</summary>
    Validation,

    /// <summary>Tells at the end how good that one is.</summary>
    Test,
}
