namespace Actors.Client; internal static class Program { private static void Main() { } }
