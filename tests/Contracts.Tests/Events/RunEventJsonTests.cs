using System.Text.Json;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;

namespace Actors.Contracts.Tests.Events;

public class RunEventJsonTests
{
    public static TheoryData<RunEvent> Events =>
    [
        new StatusEvent { Sequence = 0, Time = DateTimeOffset.UnixEpoch, Step = 0, Status = RunStatus.Running, Message = "\"Ünder way\"\n" },
        new StatusEvent
        {
            Sequence = 0, Time = DateTimeOffset.UnixEpoch, Step = 0, Status = RunStatus.Starting, Message = "x is gone.", IsWarning = true, GoesOn = true,
        },
        new CheckpointEvent { Sequence = 2, Time = DateTimeOffset.UnixEpoch, Step = 10, Folder = "checkpoints/step=000000010", Bytes = 5, Seconds = .5 },
        new RoundEvent
        {
            Sequence = 3, Time = DateTimeOffset.UnixEpoch, Step = 20, Round = 1, ParticipantCount = 4, ContributionCount = 2, SampleCount = 64,
            Late = [1], Lost = [3], Away = [5], Moved = [6], Seconds = .5,
        },
        Step(1.5),
        Step(double.NaN), // a diverged loss must not break the file
        Step(double.PositiveInfinity),
    ];

    [Theory]
    [MemberData(nameof(Events))]
    public void Read_WhatWasWritten_IsTheSameOnOneLine(RunEvent written)
    {
        string line = RunEventJson.Write(written);
        Assert.DoesNotContain('\n', line);
        Assert.Equal(line, RunEventJson.Write(RunEventJson.Read(line)));
        Assert.Equal(written.GetType(), RunEventJson.Read(line).GetType());
    }

    [Fact]
    public void Write_Step_IsInSnakeCaseWithItsKind()
    {
        JsonElement json = JsonDocument.Parse(RunEventJson.Write(Step(1.5))).RootElement;
        Assert.Equal("step", json.GetProperty("kind").GetString());
        Assert.Equal(.1, json.GetProperty("learning_rate").GetDouble());
        Assert.Equal(2, json.GetProperty("modalities")[0].GetProperty("gradient_norm").GetDouble());
    }

    [Fact]
    public void Read_RoundOfAFileOfBefore_HasNoShardsThatMoved()
    {
        const string line =
            """{"kind":"round","round":1,"participant_count":2,"contribution_count":2,"sample_count":64,"late":[],"lost":[],"away":[]"""
            + ""","seconds":0.5,"sequence":3,"time":"2026-11-24T00:00:00+00:00","step":20}""";
        Assert.Empty(Assert.IsType<RoundEvent>(RunEventJson.Read(line)).Moved);
    }

    [Theory]
    [InlineData("starting", true)] // a generation was lost
    [InlineData("running", false)]
    public void Read_WarningOfAFileOfBefore_HasTheFieldInsteadOfTheWord(string status, bool goesOn)
    {
        string line = $$"""{"kind":"status","status":"{{status}}","message":"Warning: x is gone.","sequence":3,"time":"2026-11-24T00:00:00+00:00","step":20}""";
        StatusEvent read = Assert.IsType<StatusEvent>(RunEventJson.Read(line));
        Assert.Equal((true, goesOn, "x is gone."), (read.IsWarning, read.GoesOn, read.Message));
    }

    [Theory]
    [InlineData("{\"kind\":\"step\",\"sequ")]
    [InlineData("{\"kind\":\"unheard\"}")]
    [InlineData("{\"sequence\":1,\"step\":3}")]
    [InlineData("[]")]
    [InlineData("3")]
    [InlineData("")]
    [InlineData("null")]
    public void Read_LineThatIsNoEvent_IsRefused(string line) => Assert.ThrowsAny<JsonException>(() => RunEventJson.Read(line));

    private static StepEvent Step(double loss) => new()
    {
        Sequence = 1, Time = DateTimeOffset.UnixEpoch, Step = 3, Epoch = 0, Loss = loss, Accuracy = .5, LearningRate = .1, SamplesPerSecond = 10,
        Modalities = [new ModalityStep { Name = "audio", Loss = null, Accuracy = null, Score = .5, Ratio = 1, Coefficient = 1, GradientNorm = 2 }],
    };
}
