using Actors.Client.Configuration;

namespace Actors.Client.Tests.Configuration;

public class ExampleTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "repository", "examples"); // a copy: sources may be mapped away

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder, "*.yaml").Select(file => Path.GetFileName(file))];

    [Theory]
    [MemberData(nameof(Files))]
    public void Read_Example_HasNoFault(string file)
    {
        var reading = ConfigurationReader.Read(new ConfigurationSource { File = Path.Combine(Folder, file) });

        Assert.NotEmpty(reading.Configuration.Modalities);
    }

    [Theory]
    [InlineData("av-digits.yaml")]
    [InlineData("av-digits-federated.yaml")]
    public void Read_AvDigits_IsOfTheCatalogsAndNamesDataThatIsThere(string file) =>
        ConfigurationReader.Read(new ConfigurationSource { File = Path.Combine(Folder, file), CheckMachine = true });
}
