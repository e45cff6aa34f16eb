using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using TorchSharp;

namespace Actors.Learning.Devices;

/// <summary>Name of a place that computes: <c>cpu:0</c>, <c>cuda:1</c>.</summary>
/// <param name="Kind">Kind of device.</param>
/// <param name="Index">Zero-based number among those of its kind. CPU devices differ only in the lane (thread) they compute on.</param>
public readonly record struct DeviceName(DeviceType Kind, int Index)
{
    /// <summary>The first CPU device.</summary>
    public static DeviceName Cpu { get; } = new(DeviceType.CPU, 0);

    /// <summary>The same place as torch names it; all CPU devices are one to torch.</summary>
    public torch.Device ToTorch() => Kind == DeviceType.CPU ? torch.CPU : new torch.Device(Kind, Index);

    /// <summary>Reads <c>kind:index</c>; the index may be left out and is then 0.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out DeviceName name)
    {
        name = default;
        string[] parts = (text ?? "").Split(':');
        DeviceType? kind = parts[0] switch { "cpu" => DeviceType.CPU, "cuda" => DeviceType.CUDA, _ => null };
        int index = 0;
        bool valid = kind is not null && parts.Length <= 2
            && (parts.Length == 1 || int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out index));
        if (valid)
        {
            name = new DeviceName(kind!.Value, index);
        }

        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{(Kind == DeviceType.CPU ? "cpu" : "cuda")}:{Index}";
}
