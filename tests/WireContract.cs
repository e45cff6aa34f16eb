using System.Reflection;

namespace Actors.Tests;

/// <summary>What crosses the wire keeps its names when code is renamed; where it is not copied it cannot be written into.</summary>
public abstract class WireContract(Assembly assembly)
{
    private readonly Type[] types = // not those that Orleans generates
        [.. assembly.GetTypes().Where(type => type.Namespace?.StartsWith("Actors.", StringComparison.Ordinal) is true)];

    private IEnumerable<Type> Records => types.Where(type => type.GetCustomAttribute<GenerateSerializerAttribute>() is not null);

    [Fact]
    public void Records_AllOfThem_HaveAnAliasAndEveryPropertyAnId()
    {
        Assert.NotEmpty(Records);
        Assert.All(Records, type => Assert.True(type.IsDefined(typeof(AliasAttribute), inherit: false), type.Name));
        Assert.Empty(Records.SelectMany(Properties)
            .Where(property => property.GetSetMethod() is not null && property.GetCustomAttribute<IdAttribute>() is null)
            .Where(property => !IsOfConstructor(property)) // has its place there
            .Select(property => $"{property.DeclaringType!.Name}.{property.Name}"));
    }

    [Fact]
    public void Records_ThatAreNotCopied_HaveNoArrays() => Assert.Empty(Records
        .Where(type => type.IsDefined(typeof(ImmutableAttribute), inherit: false)).SelectMany(Properties)
        .Where(property => property.PropertyType.IsArray && property.GetCustomAttribute<IdAttribute>() is not null)
        .Select(property => $"{property.DeclaringType!.Name}.{property.Name}"));

    [Fact]
    public void GrainInterfaces_AllOfThem_HaveATypeNameAndEveryMethodAnAlias()
    {
        Type[] interfaces = [.. types.Where(type => type.IsInterface && type.IsAssignableTo(typeof(IGrain)))];
        Assert.NotEmpty(interfaces);
        Assert.All(interfaces, type => Assert.NotNull(type.GetCustomAttribute<GrainInterfaceTypeAttribute>()));
        Assert.Empty(interfaces.SelectMany(type => type.GetMethods())
            .Where(method => method.GetCustomAttribute<AliasAttribute>(inherit: false) is null).Select(method => method.Name));
    }

    [Fact]
    public void Aliases_AllOfThem_AreDifferent()
    {
        string[] aliases = [.. types.Select(type => type.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias).OfType<string>()];
        Assert.Equal(aliases.Distinct(), aliases);
    }

    private static PropertyInfo[] Properties(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly);

    private static bool IsOfConstructor(PropertyInfo property) => property.DeclaringType!.GetConstructors()
        .SelectMany(constructor => constructor.GetParameters())
        .Any(parameter => parameter.Name == property.Name && parameter.ParameterType == property.PropertyType);
}
