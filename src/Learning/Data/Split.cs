namespace Actors.Learning.Data;

/// <summary>The three parts of a dataset. Test is touched once, at the end of a run.</summary>
public enum Split
{
    Train,
    Validation,
    Test,
}
