package millrace.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import millrace.local.DataDirectory;
import millrace.local.Platform;
import millrace.local.Ports;
import millrace.local.Secrets;
import millrace.local.Workload;

/**
 * Environment of the ingest benchmark: a platform, a load generator and the servers, each a process of its own on the
 * loopback interface.
 */
final class IngestTestBed implements AutoCloseable {
    private final ProjectCommands project;
    private final BenchmarkShutdown stop;
    private final String writeKey = Secrets.random();
    private final DataDirectory home;
    private final Platform platform;
    private final ClicksTopic clicks;
    private final LoadGeneratorProcess generator;

    private IngestTestBed(ProjectCommands project, BenchmarkShutdown stop, DataDirectory home, Platform platform) {
        this.project = project;
        this.stop = stop;
        this.home = home;
        this.platform = platform;
        this.clicks = new ClicksTopic(platform);
        this.generator = LoadGeneratorProcess.start(home.folder("logs").resolve("load.log"));
        stop.onRequest(generator::close);
    }

    /** Starts the platform in a folder that is cleared before and after. */
    static IngestTestBed open(ProjectCommands project, BenchmarkShutdown stop) {
        var home = DataDirectory.open(project.folder().resolve("infra/bench/target/home"));
        try {
            home.endOrphans();
            home.clear();
            var platform = Platform.start(home, 1, Workload.HEAVY);
            try {
                return new IngestTestBed(project, stop, home, platform);
            } catch (RuntimeException e) {
                platform.close();
                throw e;
            }
        } catch (RuntimeException e) {
            home.close();
            throw e;
        }
    }

    DataDirectory home() {
        return home;
    }

    Platform platform() {
        return platform;
    }

    ClicksTopic clicks() {
        return clicks;
    }

    /** Starts a server on a free port and returns when it accepts events. The caller closes it. */
    RunningServer start(ServerVariant variant) {
        stop.check();
        var variables = ProcessEnvironment.of(platform, writeKey, Ports.free(0));
        variables.putAll(variant.variables());
        var server = RunningServer.start(home, project, variant, variables);
        try {
            server.awaitReady(writeKey, stop);
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** Runs a load on servers of one variant, spread evenly. */
    IngestMeasurement measure(List<RunningServer> servers, LoadScenario load, LoadTiming timing) {
        stop.check();
        var variant = servers.getFirst().variant();
        var ports = servers.stream().map(RunningServer::port).toList();
        var before = variant.writes() ? clicks.records() : 0;
        var cpu = new ArrayList<CpuTime>();
        var result = generator.run(load.plan(ports, writeKey, timing), () -> cpu.add(cpu(used(servers))));
        var appended = variant.writes() ? IngestMeasurement.appended(clicks.records() - before, result) : "";
        return new IngestMeasurement(
                variant.name(),
                load.name(),
                result,
                result.eventsPerSecond() * timing.measured().toSeconds(),
                cpu.getLast().minus(cpu.getFirst()),
                timing.measured(),
                used(servers).resident(),
                appended);
    }

    private static ProcessUsage used(List<RunningServer> servers) {
        return servers.stream().map(RunningServer::usage).reduce(ProcessUsage.NONE, ProcessUsage::plus);
    }

    /**
     * Runs the load with the most connections until the JIT has compiled the server; a light load would take too long.
     */
    void warmUp(List<RunningServer> servers, List<LoadScenario> loads, LoadTiming timing) {
        var hardest = loads.stream()
                .filter(load -> load.rate() == 0 && load.batch() == 0)
                .max(Comparator.comparing(LoadScenario::connections))
                .orElse(loads.getFirst());
        measure(servers, hardest, new LoadTiming(timing.warmup(), timing.warmup()));
    }

    @Override
    public void close() {
        generator.close();
        clicks.close();
        platform.close();
        home.clear();
    }

    /**
     * Returns the processor time until now.
     *
     * @param server usage of the server
     */
    CpuTime cpu(ProcessUsage server) {
        var broker = ProcessUsage.of(platform.servers().getFirst().process().pid());
        return new CpuTime(server.cpu(), broker.cpu(), generator.usage().cpu());
    }

    /** Returns the environment of a process that listens on no port. */
    Map<String, String> variables() {
        return ProcessEnvironment.of(platform, writeKey, 0);
    }
}
