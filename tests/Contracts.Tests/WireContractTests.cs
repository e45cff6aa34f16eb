using System.Reflection;
using Actors.Contracts.Runs;

namespace Actors.Contracts.Tests;

/// <summary>What crosses the wire keeps its names when code is renamed.</summary>
public sealed class WireContractTests
{
    private static readonly Type[] Types = [.. typeof(IRunGrain).Assembly.GetExportedTypes()
        .Where(type => type.Namespace!.StartsWith("Actors.Contracts", StringComparison.Ordinal))]; // not what Orleans generates

    [Fact]
    public void Records_AllOfThem_HaveAnAliasAndEveryPropertyAnId()
    {
        Type[] records = [.. Types.Where(type => type.GetCustomAttribute<GenerateSerializerAttribute>() is not null)];
        Assert.NotEmpty(records);
        Assert.All(records, type => Assert.True(type.IsDefined(typeof(AliasAttribute), inherit: false), type.Name));
        Assert.Empty(records.SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Where(property => property.GetSetMethod() is not null && property.GetCustomAttribute<IdAttribute>() is null)
            .Select(property => $"{property.DeclaringType!.Name}.{property.Name}"));
    }

    [Fact]
    public void GrainInterfaces_AllOfThem_HaveATypeNameAndEveryMethodAnAlias()
    {
        Type[] interfaces = [.. Types.Where(type => type.IsInterface && type.IsAssignableTo(typeof(IGrain)))];
        Assert.NotEmpty(interfaces);
        Assert.All(interfaces, type => Assert.NotNull(type.GetCustomAttribute<GrainInterfaceTypeAttribute>()));
        Assert.Empty(interfaces.SelectMany(type => type.GetMethods()).Where(method => method.GetCustomAttribute<AliasAttribute>(inherit: false) is null).Select(method => method.Name));
    }

    [Fact]
    public void Aliases_AllOfThem_AreDifferent()
    {
        string[] aliases = [.. Types.Select(type => type.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias).OfType<string>()];
        Assert.Equal(aliases.Distinct(), aliases);
    }
}
