using System.Diagnostics;

namespace Actors.Grains.Diagnostics;

/// <summary>Traces of runs: a generation from start to end, the pieces it is trained in, and the phases of each step of a piece.</summary>
/// <remarks>
/// A piece is a trace of its own, linked to its generation, so that whoever listens may take one of many; the phases of a piece that nobody takes cost nothing.
/// </remarks>
public static class Traces
{
    /// <summary>Name of the source, for whoever exports it.</summary>
    public const string Name = "Actors";

    /// <summary>Name of the activity of a piece.</summary>
    public const string PieceName = "piece";

    private const string Key = "actors.piece"; // in the calls of a traced piece
    private static readonly ActivitySource Source = new(Name);

    /// <summary>A generation of a run; null where nobody listens. Dispose it at its end.</summary>
    internal static Activity? Generation(string run, int generation) => Root("generation", run, generation, default);

    /// <summary>A part of a generation that is not training, such as a checkpoint or an evaluation; null where nobody listens.</summary>
    internal static Activity? Part(Activity? generation, string name, long step)
    {
        if (generation is null)
        {
            return null;
        }

        Activity? part = Source.StartActivity(name, ActivityKind.Internal, generation.Context);
        part?.SetTag("step", step);
        return part;
    }

    /// <summary>Trains a piece, whose calls are traced meanwhile.</summary>
    internal static async Task<T> PieceAsync<T>(Activity? generation, string run, int number, long from, long to, Func<Task<T>> train)
    {
        Activity? piece = Piece(generation, run, number, from, to);
        try
        {
            return await train();
        }
        finally
        {
            EndPiece(piece);
        }
    }

    /// <summary>The piece that the call belongs to; default where it is not traced.</summary>
    internal static ActivityContext Current() =>
        RequestContext.Get(Key) is string id && ActivityContext.TryParse(id, null, isRemote: true, out ActivityContext piece) ? piece : default;

    /// <summary>A phase that has just ended.</summary>
    internal static void Phase(ActivityContext piece, string phase, int shard, string module, DateTimeOffset now, TimeSpan elapsed)
    {
        Activity? activity = Source.StartActivity(phase, ActivityKind.Internal, piece, startTime: now - elapsed);
        activity?.SetTag("shard", shard);
        activity?.SetTag("module", module);
        activity?.SetEndTime(now.UtcDateTime);
        activity?.Dispose();
    }

    private static Activity? Root(string name, string run, int generation, ActivityContext linked)
    {
        Activity? around = Activity.Current;
        Activity.Current = null; // else it would be that one's child
        Activity? root = Source.StartActivity(
            name, ActivityKind.Internal, parentContext: default, links: linked == default ? null : [new ActivityLink(linked)]);
        Activity.Current = around; // what else happens in this turn is no part of it
        root?.SetTag("run", run);
        root?.SetTag("generation", generation);
        return root;
    }

    /// <summary>A piece, whose calls are traced from now to <see cref="EndPiece"/>; null where nobody takes it.</summary>
    private static Activity? Piece(Activity? generation, string run, int number, long from, long to)
    {
        Activity? piece = generation is null ? null : Root(PieceName, run, number, generation.Context);
        if (piece is not { Recorded: true })
        {
            piece?.Dispose(); // one that is only there to be passed on
            return null;
        }

        piece.SetTag("from", from);
        piece.SetTag("to", to);
        RequestContext.Set(Key, piece.Id!);
        return piece;
    }

    /// <summary>Ends a piece.</summary>
    private static void EndPiece(Activity? piece)
    {
        if (piece is not null)
        {
            RequestContext.Remove(Key);
            piece.Dispose();
        }
    }
}
