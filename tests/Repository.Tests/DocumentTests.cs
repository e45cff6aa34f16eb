using System.Text.RegularExpressions;

namespace Actors.Repository.Tests;

public partial class DocumentTests
{
    [Fact]
    public void ReadmeTree_EveryPath_Exists()
    {
        string tree = Tree().Match(Repository.Read("README.md")).Groups["tree"].Value;
        string[] paths = [.. tree.Split('\n').Select(line => line.Split(' ')[0]).Where(path => path.Length > 0)];
        Assert.NotEmpty(paths);
        Assert.All(paths, path => Assert.True(Path.Exists(Path.Combine(Repository.Root, path)), $"README's tree names '{path}', which is not there."));
    }

    [Fact]
    public void Links_BetweenDocuments_LeadSomewhere()
    {
        foreach (string document in Repository.Files("docs", "*.md").Append("README.md"))
        {
            foreach (Match link in RelativeLink().Matches(Repository.Read(document)))
            {
                string target = Path.Combine(Repository.Root, Path.GetDirectoryName(document)!, link.Groups["path"].Value);
                Assert.True(Path.Exists(target), $"{document} links to '{link.Groups["path"].Value}', which is not there.");
            }
        }
    }

    [Fact]
    public void ExitCodes_AllOfThem_AreTheHeadingsInErrors()
    {
        string source = Repository.Read("src/Silo/ExitCode.cs");
        string errors = Repository.Read("docs/errors.md");
        int[] codes = [.. ExitCode().Matches(source).Select(m => int.Parse(m.Groups["code"].Value))];
        Assert.Contains(0, codes);
        Assert.Equal(codes, CodeHeading().Matches(errors).Select(m => int.Parse(m.Groups["code"].Value)));
    }

    [GeneratedRegex(@"```\n(?<tree>src/.*?)```", RegexOptions.Singleline)]
    private static partial Regex Tree();

    [GeneratedRegex(@"\]\((?<path>(?!https?:|#|mailto:)[^)#\s]+)")]
    private static partial Regex RelativeLink();

    [GeneratedRegex(@"=\s*(?<code>\d+),")]
    private static partial Regex ExitCode();

    [GeneratedRegex(@"(?m)^## (?<code>\d+): ")]
    private static partial Regex CodeHeading();
}
