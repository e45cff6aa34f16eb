namespace Actors.Grains.Workers;

/// <summary>Waits for answers that carry tensors.</summary>
internal static class Answers
{
    /// <summary>All answers; where a call fails, what the others brought is disposed, since nobody will take it.</summary>
    public static async Task<T[]> AllAsync<T>(IEnumerable<Task<T>> calls)
        where T : IDisposable
    {
        Task<T>[] under = [.. calls];
        try
        {
            return await Task.WhenAll(under);
        }
        catch
        {
            Array.ForEach(Array.FindAll(under, call => call.IsCompletedSuccessfully), call => call.Result.Dispose());
            throw;
        }
    }

    /// <summary>Waits for an answer that nobody takes, and disposes it; its failure is nobody's.</summary>
    public static async Task DropAsync<T>(Task<T> unused)
    {
        try
        {
            (await unused as IDisposable)?.Dispose();
        }
        catch (Exception)
        {
            // Who asked goes on without it.
        }
    }
}
