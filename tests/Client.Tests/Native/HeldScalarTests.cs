using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Actors.Client.Tests.Native;

/// <summary>
/// TorchSharp lets the collector free a number while native code reads it, unless its caller holds the <c>Scalar</c>.
/// Whether all do is read in what was compiled.
/// </summary>
public sealed class HeldScalarTests
{
    private const string ScalarType = "TorchSharp.Scalar";

    private readonly AssemblyDefinition torch = Read("TorchSharp.dll");

    [Fact]
    public void Assemblies_NumbersForTorch_AreHeldWhileNativeCodeReadsThem()
    {
        HashSet<string> makers = Makers();
        Assert.Contains(makers, maker => maker.Contains("Tensor::op_Addition", StringComparison.Ordinal)); // else TorchSharp is built otherwise
        string[] ours = [.. Directory.GetFiles(AppContext.BaseDirectory, "*ctors*.dll").Select(path => Path.GetFileName(path)!)
            .Where(name => !name.Contains("Tests", StringComparison.Ordinal))];
        Assert.Superset(new HashSet<string>(["actors.dll", "Actors.Grains.dll", "Actors.Learning.dll", "Actors.Silo.dll"]), new HashSet<string>(ours));
        int held = 0;
        var faults = new List<string>();
        foreach (MethodDefinition method in ours.SelectMany(name => Methods(Read(name))))
        {
            foreach (Instruction instruction in method.Body.Instructions)
            {
                if (Called(instruction) is not { } called)
                {
                    continue;
                }

                if (MakesScalar(called) && IsStored(instruction))
                {
                    held++;
                }
                else if (MakesScalar(called) || makers.Contains(called.FullName))
                {
                    faults.Add($"{method.FullName} calls {called.FullName}: use ScalarArithmetic, or hold the number in a 'using Scalar'.");
                }
            }
        }

        Assert.Empty(faults);
        Assert.InRange(held, 10, int.MaxValue);
    }

    private static AssemblyDefinition Read(string name) => AssemblyDefinition.ReadAssembly(Path.Combine(AppContext.BaseDirectory, name));

    private static IEnumerable<MethodDefinition> Methods(AssemblyDefinition assembly) =>
        assembly.MainModule.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody);

    private static MethodReference? Called(Instruction instruction) => (instruction.Operand as MethodReference)?.GetElementMethod();

    private static bool MakesScalar(MethodReference called) => called.DeclaringType.FullName switch
    {
        ScalarType => called.Name is "op_Implicit" or ".ctor",
        "TorchSharp.ScalarExtensionMethods" => called.ReturnType.FullName == ScalarType,
        _ => false,
    };

    /// <summary>True where what a call gives goes to a variable or field, not into another call.</summary>
    private static bool IsStored(Instruction call) => call.Next.OpCode.Code.ToString().StartsWith("St", StringComparison.Ordinal);

    /// <summary>TorchSharp's methods that make numbers of their own and hand them on, themselves or through others.</summary>
    private HashSet<string> Makers()
    {
        var calls = Methods(torch).Where(method => !method.DeclaringType.FullName.StartsWith(ScalarType, StringComparison.Ordinal))
            .SelectMany(method => method.Body.Instructions.Select(Called).OfType<MethodReference>().Select(called => (Caller: method.FullName, Called: called)))
            .ToList();
        ILookup<string, string> callers = calls.ToLookup(call => call.Called.FullName, call => call.Caller);
        var makers = new HashSet<string>();
        var next = new Queue<string>(calls.Where(call => MakesScalar(call.Called)).Select(call => call.Caller));
        while (next.TryDequeue(out string? maker))
        {
            if (makers.Add(maker))
            {
                foreach (string caller in callers[maker])
                {
                    next.Enqueue(caller);
                }
            }
        }

        return makers;
    }
}
