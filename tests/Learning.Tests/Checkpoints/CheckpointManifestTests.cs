using System.Text.RegularExpressions;
using Actors.Learning.Checkpoints;
using static TorchSharp.torch;

namespace Actors.Learning.Tests.Checkpoints;

/// <summary>What is refused of a checkpoint that is not as it was written.</summary>
public sealed class CheckpointManifestTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("actors-checkpoints-").FullName;

    private CheckpointStore Store => new(Path.Combine(root, "checkpoints"));

    [Theory]
    [InlineData("encoder.audio.safetensors")]
    [InlineData("manifest.json")]
    public void Open_FileMissing_IsNamed(string file)
    {
        File.Delete(Path.Combine(Save(5, 1).Folder, file));
        Assert.Contains(file, Assert.Throws<CheckpointException>(() => Store.Open(5)).Message);
    }

    [Fact]
    public void Open_FileCutShort_IsNamedWithItsSizes()
    {
        string file = Path.Combine(Save(5, 1).Folder, "state.json");
        File.WriteAllText(file, "{");
        string message = Assert.Throws<CheckpointException>(() => Store.Open(5)).Message;
        Assert.Contains("2 bytes", message);
        Assert.Contains(file, message);
    }

    [Fact]
    public void Open_ManifestNamesAFileOutside_IsRefused()
    {
        Rewrite(Save(5, 1).Folder, "state.json", "../../state.json");
        Assert.Contains("own folder", Assert.Throws<CheckpointException>(() => Store.Open(5)).Message);
    }

    [Fact]
    public void Open_NewerFormat_SaysSo()
    {
        Rewrite(Save(5, 1).Folder, "\"format\": 1", "\"format\": 2");
        Assert.Contains("format 2", Assert.Throws<CheckpointException>(() => Store.Open(5)).Message);
    }

    [Theory]
    [InlineData("\"step\": 5", "\"step\": 7", "step 7")]
    [InlineData("\"files\": {", "\"files\": null, \"others\": {", "cannot be read")]
    [InlineData("\"state.json\": {", "\"state.json\": null, \"others\": {", "cannot be read")]
    [InlineData("\"sha256\"", "\"sha255\"", "cannot be read")]
    public void Open_ManifestLacksWhatItMustSay_IsRefusedByName(string from, string to, string says)
    {
        string folder = Save(5, 1).Folder;
        Rewrite(folder, from, to);
        string message = Assert.Throws<CheckpointException>(() => Store.Open(5)).Message;
        Assert.Contains(Path.Combine(folder, "manifest.json"), message);
        Assert.Contains(says, message);
    }

    [Fact]
    public void Open_ManifestOfAnOlderProgram_IsRead()
    {
        Rewrite(Save(5, 1.5f).Folder, "", "");
        Assert.Equal(1.5f, Value(Store.Open(5)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // a manifest without a hash of its own
    public void OpenLatest_AnyByteFlipped_NamesTheFileAndGivesTheOneBeforeOrReadsTheSame(bool older)
    {
        Save(5, 1);
        Checkpoint whole = Save(9, 2);
        if (older)
        {
            Rewrite(whole.Folder, "", "");
        }

        Checkpoint expected = Store.Open(9);
        foreach (string file in Directory.GetFiles(whole.Folder))
        {
            bool isManifest = file.EndsWith("manifest.json", StringComparison.Ordinal);
            byte[] bytes = File.ReadAllBytes(file);
            for (int at = 0; at < bytes.Length; at++)
            {
                byte flipped = (byte)(1 << at % 8);
                bytes[at] ^= flipped;
                File.WriteAllBytes(file, bytes);
                bytes[at] ^= flipped;
                var warnings = new List<string>();
                Checkpoint opened = Store.OpenLatest(warnings)!;
                if (warnings.Count > 0)
                {
                    Assert.Equal(5, opened.Step);
                    Assert.Contains(isManifest ? whole.Folder : file, Assert.Single(warnings)); // a damaged manifest may name a file that is not there
                    Assert.Matches(
                        "Restore it from a copy, or use an earlier checkpoint|Do not use this checkpoint|Use the version of Actors that wrote it",
                        warnings[0]);
                    continue;
                }

                Assert.Equal(expected with { Time = opened.Time }, opened); // the file was written again
                Assert.Equal(2, Value(opened));
                Assert.Equal("{}", opened.ReadText("state.json"));
                Assert.True(isManifest, $"{file}: a bit of byte {at} is flipped, and nobody says so.");
            }

            File.WriteAllBytes(file, bytes);
        }

        Assert.Equal(9, Store.OpenLatest([])!.Step);
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    private Checkpoint Save(long step, float value)
    {
        using Tensor tensor = full(3, value);
        CheckpointDraft draft = Store.Begin(step);
        CheckpointDraft.Join(draft.Folder).WriteTensors("encoder.audio", new Dictionary<string, Tensor> { ["w"] = tensor });
        draft.WriteText("state.json", "{}");
        return Store.TryCommit(draft, step, () => true)!;
    }

    private static float Value(Checkpoint checkpoint)
    {
        using SafetensorsContent content = checkpoint.ReadTensors("encoder.audio");
        return content.Tensors["w"][0].item<float>();
    }

    /// <summary>Changes a manifest, and leaves out its own hash, as older programs did.</summary>
    private static void Rewrite(string folder, string from, string to)
    {
        string manifest = Path.Combine(folder, "manifest.json");
        string text = Regex.Replace(File.ReadAllText(manifest), @",\s*""sha256"": ""\w+""\s*\}$", "}");
        File.WriteAllText(manifest, from.Length == 0 ? text : text.Replace(from, to, StringComparison.Ordinal));
    }
}
