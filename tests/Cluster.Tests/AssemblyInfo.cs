// Clusters of processes side by side would starve each other on two cores, and the failure detectors with them.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
