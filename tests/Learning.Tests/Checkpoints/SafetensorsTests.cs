using System.Buffers.Binary;
using System.Text;
using Actors.Learning.Checkpoints;
using static TorchSharp.torch;

namespace Actors.Learning.Tests.Checkpoints;

public sealed class SafetensorsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("actors-safetensors-").FullName;

    [Fact]
    public void Read_WhatWasWritten_IsTheSame()
    {
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>
        {
            ["w"] = randn(3, 4),
            ["transposed"] = randn(3, 4).t(),
            ["half"] = randn(5).to(ScalarType.BFloat16),
            ["count"] = tensor(7L),
            ["flags"] = tensor(new[] { true, false }),
            ["nothing"] = zeros(0, 3),
        };
        string path = Path.Combine(folder, "a.safetensors");
        Safetensors.Write(path, tensors, new Dictionary<string, string> { ["note"] = "\"ü\"" });
        using SafetensorsContent read = Safetensors.Read(path);
        Assert.Equal(tensors.Keys.Order(), read.Tensors.Keys.Order());
        Assert.Equal("\"ü\"", read.Metadata["note"]);
        Assert.All(tensors, t =>
        {
            Assert.Equal(t.Value.shape, read.Tensors[t.Key].shape);
            Assert.Equal(t.Value.dtype, read.Tensors[t.Key].dtype);
            Assert.True(t.Value.contiguous().bytes.SequenceEqual(read.Tensors[t.Key].bytes));
        });
    }

    [Fact]
    public void Write_File_HasTheFormatsBytes()
    {
        using Tensor values = tensor(new[] { 1f, 2f });
        string path = Path.Combine(folder, "a.safetensors");
        Safetensors.Write(path, new Dictionary<string, Tensor> { ["x"] = values });
        byte[] bytes = File.ReadAllBytes(path);
        int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        Assert.Equal("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", Encoding.UTF8.GetString(bytes, 8, length).TrimEnd());
        Assert.Equal(0, length % 8);
        Assert.Equal([0, 0, 128, 63, 0, 0, 0, 64], bytes[(8 + length)..]);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "overlap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "hole")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "8 follow")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", "takes 12 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", "negative")]
    [InlineData("""{"a":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}}""", "F33")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,9]}}""", "two data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775807,4],"data_offsets":[0,8]}}""", "")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0,8589934592,8589934592],"data_offsets":[0,0]}}""", "[0, 8589934592, 8589934592]")]
    [InlineData("""{"a":{"dtype":"F64","shape":[2305843009213693951,0],"data_offsets":[0,0]}}""", "[2305843009213693951, 0]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", "")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[0],"data_offsets":[8,8]}}""", "")]
    [InlineData("""{"a":""", "")]
    [InlineData("[]", "")]
    public void Read_HeaderThatLies_IsRefusedByName(string header, string what)
    {
        string path = Path.Combine(folder, "bad.safetensors");
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        File.WriteAllBytes(path, [.. length, .. json, .. new byte[8]]);
        string message = Assert.Throws<CheckpointException>(() => Safetensors.Read(path)).Message;
        Assert.Contains(path, message);
        Assert.Contains(what, message);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1000)]
    public void Read_HeaderLengthBeyondTheFile_IsRefused(ulong claimed)
    {
        string path = Path.Combine(folder, "bad.safetensors");
        byte[] length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, claimed);
        File.WriteAllBytes(path, [.. length, .. new byte[16]]);
        Assert.Contains("claims", Assert.Throws<CheckpointException>(() => Safetensors.Read(path)).Message);
    }

    [Fact]
    public void Read_FilesDamagedAtRandom_AreReadOrRefusedAndNothingElse()
    {
        using var scope = NewDisposeScope();
        string path = Path.Combine(folder, "a.safetensors");
        Safetensors.Write(path, new Dictionary<string, Tensor> { ["w"] = randn(3, 4), ["b"] = zeros(2) }, new Dictionary<string, string> { ["k"] = "v" });
        byte[] good = File.ReadAllBytes(path);
        var random = new Random(20261123);
        int refused = 0;
        for (int round = 0; round < 4000; round++)
        {
            List<byte> bytes = [.. good];
            for (int change = random.Next(1, 4); change > 0 && bytes.Count > 0; change--)
            {
                int at = random.Next(bytes.Count);
                switch (random.Next(4))
                {
                    case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                    case 1: bytes[at] = (byte)random.Next(256); break;
                    case 2: bytes.RemoveRange(at, bytes.Count - at); break;
                    default: bytes.Insert(at, (byte)random.Next(256)); break;
                }
            }

            try
            {
                using var stream = new MemoryStream([.. bytes]);
                Safetensors.Read(stream, "fuzzed").Dispose();
            }
            catch (CheckpointException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1000, 4000);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
