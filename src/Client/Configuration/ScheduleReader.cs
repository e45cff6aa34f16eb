using Actors.Contracts.Runs;
using Actors.Learning.Optimization;

namespace Actors.Client.Configuration;

/// <summary>Reads <c>schedule</c>.</summary>
internal static class ScheduleReader
{
    private const string Step = Schedules.Step;
    private const string Cosine = Schedules.Cosine;
    private const string Restarts = Schedules.CosineRestarts;

    public static ScheduleConfiguration Read(SettingSection section, IReadOnlyList<string> schedules)
    {
        var defaults = new ScheduleOptions();
        string name = section.Choice("name", defaults.Name, schedules);
        var schedule = new ScheduleConfiguration
        {
            Name = name,
            WarmupSteps = section.Long("warmup_steps", defaults.WarmupSteps, NumberRule.AtLeast(0)),
            EverySteps = section.Long("every_steps", defaults.EverySteps, NumberRule.AtLeast(1)),
            Gamma = section.Number("gamma", defaults.Gamma, NumberRule.PositiveFraction),
            MinimumFactor = section.Number("minimum_factor", defaults.MinimumFactor, NumberRule.Fraction),
            HoldSteps = section.Long("hold_steps", defaults.HoldSteps, NumberRule.AtLeast(0)),
            CycleSteps = section.Long("cycle_steps", defaults.CycleSteps, NumberRule.AtLeast(1)),
            CycleFactor = section.Integer("cycle_factor", defaults.CycleFactor, NumberRule.AtLeast(1)),
        };
        section.Only(name == Step, $"schedule.name is {Step}", "every_steps", "gamma");
        section.Only(name is Cosine or Restarts, $"schedule.name is {Cosine} or {Restarts}", "minimum_factor");
        section.Only(name == Restarts, $"schedule.name is {Restarts}", "hold_steps", "cycle_steps", "cycle_factor");
        if (name == Step && !section.Has("every_steps"))
        {
            section.Fault("every_steps", $"schedule.every_steps is required where schedule.name is {Step}, but is missing. Write it like every_steps: 1000.");
        }

        section.Finish();
        return schedule;
    }
}
