using System.Reflection;
using Actors.Contracts.Runs;
using Actors.Grains.Runs;
using Actors.Learning.Checkpoints;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Actors.Grains.Tests;

/// <summary>What a grain throws is what its caller catches, wherever that is.</summary>
public sealed class OwnExceptionsTests : IDisposable
{
    private readonly ServiceProvider services = new ServiceCollection().AddSerializer().AddOwnExceptions().BuildServiceProvider();

    public static TheoryData<Type> All =>
        [.. new[] { typeof(RunOrder), typeof(CheckpointException), typeof(RunRecord) }
            .SelectMany(one => one.Assembly.GetTypes()).Where(typeof(Exception).IsAssignableFrom)];

    public void Dispose() => services.Dispose();

    [Theory]
    [MemberData(nameof(All))]
    public void Exception_ThatCrossesToAnotherSilo_IsTheSame(Type type)
    {
        ConstructorInfo constructor = type.GetConstructors().MaxBy(one => one.GetParameters().Length)!;
        var thrown = (Exception)constructor.Invoke([.. constructor.GetParameters().Select(Argument)]);
        foreach (PropertyInfo property in Own(type).Where(one => one.CanWrite))
        {
            property.SetValue(thrown, property.PropertyType == typeof(bool) ? true : "where");
        }

        Serializer<Exception> serializer = services.GetRequiredService<Serializer<Exception>>();
        Exception caught = serializer.Deserialize(serializer.SerializeToArray(thrown))!;

        Assert.IsType(type, caught);
        Assert.Equal(thrown.Message, caught.Message);
        Assert.Equal(thrown.InnerException?.Message, caught.InnerException?.Message);
        Assert.All(Own(type), property => Assert.Equal(property.GetValue(thrown), property.GetValue(caught)));
    }

    private static PropertyInfo[] Own(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly);

    private static object Argument(ParameterInfo parameter) => parameter.ParameterType switch
    {
        { } type when type == typeof(string) => "file 7: why",
        { } type when type == typeof(bool) => true,
        { } type when type == typeof(Exception) => new IOException("the disk"),
        { } type when type == typeof(IReadOnlyList<string>) => (string[])["one", "two"],
        { } type => throw new NotSupportedException($"{type} {parameter.Name}: say what this test is to give for it."),
    };
}
