using System.Collections.Immutable;
using Actors.Contracts.Runs;
using Actors.Learning.Encoders;
using Actors.Learning.Evaluation;

namespace Actors.Client.Configuration;

/// <summary>Reads <c>modalities</c>: a key per modality with its encoder.</summary>
internal static class ModalitiesReader
{
    public static ImmutableArray<ModalityConfiguration> Read(SettingSection root, IReadOnlyList<string> encoders, PathBase paths)
    {
        SettingSection section = root.Section("modalities");
        string[] names = section.Names();
        if (names.Length == 0)
        {
            root.Fault("modalities", "modalities is required and must name at least one. Write it like modalities: {audio: {encoder: convnet}}.");
        }

        ImmutableArray<ModalityConfiguration> modalities = [.. names.Select(name => One(section, name, encoders, paths))];
        section.Finish();
        return modalities;
    }

    private static ModalityConfiguration One(SettingSection parent, string name, IReadOnlyList<string> encoders, PathBase paths)
    {
        if (name.Length == 0 || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-'))
        {
            parent.Fault(name, $"A modality's name must be letters, digits, '_' and '-', but is '{name}'.");
        }

        if (name == PredictionFile.Fused)
        {
            parent.Fault(
                name,
                $"A modality's name must not be '{name}', which is what predictions and tables call the output of all modalities. Give it another.");
        }

        SettingSection section = parent.Section(name);
        var modality = new ModalityConfiguration
        {
            Name = name,
            Encoder = section.Choice("encoder", EncoderCatalog.ConvNet, encoders),
            Width = section.OptionalInteger("width", NumberRule.AtLeast(1)),
            Features = section.OptionalInteger("features", NumberRule.AtLeast(1)),
            Depth = section.OptionalInteger("depth", NumberRule.AtLeast(1)),
            Weights = section.FilePath("weights", paths),
        };
        section.Only(modality.Encoder != EncoderCatalog.ResNet18, $"the encoder is {EncoderCatalog.ConvNet} or {EncoderCatalog.LeNet}", "width", "depth");
        section.Only(modality.Encoder == EncoderCatalog.ConvNet, $"the encoder is {EncoderCatalog.ConvNet}", "features");
        section.Finish();
        return modality;
    }
}
