package millrace.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import millrace.local.Home;
import millrace.local.Platform;
import millrace.local.Ports;
import millrace.local.Secrets;
import millrace.local.Workload;

/** Where it is measured: a platform, a load generator and the servers, each as processes of their own on loopback. */
final class IngestTestBed implements AutoCloseable {
    private final ProjectCommands project;
    private final BenchmarkShutdown stop;
    private final String writeKey = Secrets.random();
    private final Home home;
    private final Platform platform;
    private final ClicksTopic clicks;
    private final LoadGeneratorProcess generator;

    private IngestTestBed(ProjectCommands project, BenchmarkShutdown stop, Home home, Platform platform) {
        this.project = project;
        this.stop = stop;
        this.home = home;
        this.platform = platform;
        this.clicks = new ClicksTopic(platform);
        this.generator = LoadGeneratorProcess.start(home.folder("logs").resolve("load.log"));
        stop.interruptBy(generator::close);
    }

    /** Starts the platform, in a folder that is emptied before and after. */
    static IngestTestBed open(ProjectCommands project, BenchmarkShutdown stop) {
        var home = Home.open(project.folder().resolve("infra/bench/target/home"));
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

    Home home() {
        return home;
    }

    Platform platform() {
        return platform;
    }

    ClicksTopic clicks() {
        return clicks;
    }

    /** Starts it on a free port and comes back when it takes events. The caller ends it. */
    RunningServer start(ServerVariant contender) {
        stop.check();
        var variables = ProcessEnvironment.of(platform, writeKey, Ports.free(0));
        variables.putAll(contender.variables());
        var server = RunningServer.start(home, project, contender, variables);
        try {
            server.awaitReady(writeKey, stop);
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** Sends a load to servers of one kind, spread evenly. */
    IngestMeasurement measure(List<RunningServer> servers, LoadScenario load, LoadTiming timing) {
        stop.check();
        var contender = servers.getFirst().contender();
        var ports = servers.stream().map(RunningServer::port).toList();
        var before = contender.writes() ? clicks.records() : 0;
        var cpu = new ArrayList<CpuTime>();
        var result = generator.run(load.plan(ports, writeKey, timing), () -> cpu.add(cpu(used(servers))));
        var kept = contender.writes() ? IngestMeasurement.kept(clicks.records() - before, result) : "";
        return new IngestMeasurement(
                contender.name(),
                load.name(),
                result,
                result.eventsPerSecond() * timing.measured().toSeconds(),
                cpu.getLast().minus(cpu.getFirst()),
                timing.measured(),
                used(servers).resident(),
                kept);
    }

    private static ProcessUsage used(List<RunningServer> servers) {
        return servers.stream().map(RunningServer::usage).reduce(ProcessUsage.NONE, ProcessUsage::plus);
    }

    /** Sends the hardest of the loads until the server is compiled for it: a light one would take too long. */
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

    /** Processor time until now, of a server that has used so much. */
    CpuTime cpu(ProcessUsage server) {
        var broker = ProcessUsage.of(platform.servers().getFirst().process().pid());
        return new CpuTime(server.cpu(), broker.cpu(), generator.usage().cpu());
    }

    /** The environment of a process that serves nothing. */
    Map<String, String> variables() {
        return ProcessEnvironment.of(platform, writeKey, 0);
    }
}
