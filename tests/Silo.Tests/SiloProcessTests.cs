using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Actors.Silo.Tests;

public class SiloProcessTests
{
    [Fact]
    public async Task Start_RedisAway_WaitsThenJoinsAndThreeFindEachOther()
    {
        int port = FreePorts.Take(1)[0];
        DirectoryInfo folder = Directory.CreateTempSubdirectory("actors-redis-");
        string cluster = string.Create(CultureInfo.InvariantCulture, $"redis://127.0.0.1:{port}");
        try
        {
            using SiloProcess first = SiloProcess.Start(cluster);
            await first.WaitForWordsAsync($"Waiting for {cluster}");
            await first.WaitForAnswerAsync("/health/live", "200");
            Assert.StartsWith("503", await first.GetAsync("/health/ready"), StringComparison.Ordinal);

            using SiloProcess redis = SiloProcess.StartRedis(port, folder.FullName);
            await first.WaitForAnswerAsync("/health/ready", "200");
            using SiloProcess second = SiloProcess.Start(cluster), third = SiloProcess.Start(cluster, "--fast-failure-detection");
            foreach (SiloProcess silo in new[] { first, second, third })
            {
                await silo.WaitForAnswerAsync("/health/ready", "200 membership: Healthy, 3 active silos");
            }

            second.Signal("TERM");
            Assert.Equal(143, await second.WaitForExitAsync());
            await first.WaitForAnswerAsync("/health/ready", "200 membership: Healthy, 2 active silos");

            redis.Signal("KILL");
            await redis.WaitForExitAsync();
            await first.WaitForAnswerAsync("/health/ready", "503");
            await first.WaitForWordsAsync($"{cluster} does not answer any more.");

            using SiloProcess back = SiloProcess.StartRedis(port, folder.FullName);
            await first.WaitForWordsAsync($"{cluster} answers again.");
            Assert.Single(Regex.Matches(first.Said, "does not answer any more"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("TERM", 143)]
    [InlineData("INT", 130)]
    public async Task Signal_SiloThatRuns_EndsWithItsCode(string signal, int code)
    {
        using SiloProcess silo = SiloProcess.Start("localhost");
        await silo.WaitForAnswerAsync("/health/ready", "200");
        await silo.WaitForWordsAsync("is ready");
        Assert.Contains("orleans_", await silo.GetAsync("/metrics"), StringComparison.Ordinal);
        silo.Signal(signal);
        Assert.Equal(code, await silo.WaitForExitAsync());
    }

    [Fact]
    public async Task Start_WrongLibTorch_IsOneErrorThatNamesIt()
    {
        using SiloProcess silo = SiloProcess.Start([("ACTORS_LIBTORCH", "/nonexistent")], "localhost");

        Assert.Equal(1, await silo.WaitForExitAsync());
        Assert.Contains(
            "nothing was started: ACTORS_LIBTORCH must name a folder with libtorch_cpu.so, but '/nonexistent' has none.",
            silo.Said,
            StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled", silo.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_MachineWithGpus_TellWhatNvidiaSmiTells()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("actors-smi-");
        try
        {
            string program = Path.Combine(folder.FullName, "nvidia-smi");
            File.WriteAllText(
                program,
                "#!/bin/sh\n"
                + "[ \"$1\" = --query-gpu=index,memory.used,memory.total,utilization.gpu,mig.mode.current ] || exit 2\n"
                + "echo '0, 1024, 81559, 37, Disabled'\n"
                + "echo '1, 2048, 81559, [N/A], Disabled'\n"
                + "exec sleep 60\n");
            using (Process chmod = Process.Start("chmod", ["+x", program]))
            {
                await chmod.WaitForExitAsync(TestContext.Current.CancellationToken);
            }

            using SiloProcess silo = SiloProcess.Start([("PATH", $"{folder.FullName}:{Environment.GetEnvironmentVariable("PATH")}")], "localhost");
            await silo.WaitForAnswerAsync("/metrics", "actors_gpu_memory_used_bytes{otel_scope_name=\"Actors\",gpu=\"1\"} 2147483648");
            string metrics = await silo.GetAsync("/metrics");
            Assert.Contains("actors_gpu_utilization{otel_scope_name=\"Actors\",gpu=\"0\"} 0.37", metrics, StringComparison.Ordinal);
            Assert.DoesNotContain("actors_gpu_utilization{otel_scope_name=\"Actors\",gpu=\"1\"}", metrics, StringComparison.Ordinal);
            silo.Signal("TERM");
            Assert.Equal(143, await silo.WaitForExitAsync());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Start_PortInUse_NamesItAndEndsWith2()
    {
        using var holder = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        holder.Start();
        string port = ((System.Net.IPEndPoint)holder.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        string[] free = [.. FreePorts.Take(2).Select(p => p.ToString(CultureInfo.InvariantCulture))];
        using SiloProcess silo = SiloProcess.StartWith("--silo-port", free[0], "--gateway-port", port, "--http-port", free[1]);
        Assert.Equal(2, await silo.WaitForExitAsync());
        Assert.Contains($"Port {port} of 127.0.0.1 is in use by another process.", silo.Said, StringComparison.Ordinal);
        Assert.Contains("--gateway-port", silo.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WrongOptions_AllAreToldAtOnceAndEndsWith4()
    {
        using SiloProcess silo = SiloProcess.StartWith(
            "--cluster", "redis:/x,secret", "--silo-port", "0", "--http-port", "x", "--address", "here", "--devices", "cpu:0,cuda:77", "--label", "x",
            "--label", "devices=1", "--data-root", "/not/there", "--cluster-id", "a b", "--threads-per-device", "0", "--bogus");
        Assert.Equal(4, await silo.WaitForExitAsync());
        Assert.All(
            [
                "--cluster must", "--silo-port must", "--http-port must", "--address must", "cuda:77", "but is 'x'", "must not be 'devices'",
                "--data-root must", "--cluster-id must", "--threads-per-device must", "--bogus",
            ],
            text => Assert.Contains(text, silo.Said, StringComparison.Ordinal));
        Assert.DoesNotContain("secret", silo.Said, StringComparison.Ordinal);
    }
}
