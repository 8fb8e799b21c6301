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
final class TestBed implements AutoCloseable {
    private final Project project;
    private final Stop stop;
    private final String writeKey = Secrets.random();
    private final Home home;
    private final Platform platform;
    private final Clicks clicks;
    private final Generator generator;

    private TestBed(Project project, Stop stop, Home home, Platform platform) {
        this.project = project;
        this.stop = stop;
        this.home = home;
        this.platform = platform;
        this.clicks = new Clicks(platform);
        this.generator = Generator.start(home.folder("logs").resolve("load.log"));
        stop.interruptBy(generator::close);
    }

    /** Starts the platform, in a folder that is emptied before and after. */
    static TestBed open(Project project, Stop stop) {
        var home = Home.open(project.folder().resolve("infra/bench/target/home"));
        try {
            home.endOrphans();
            home.clear();
            var platform = Platform.start(home, 1, Workload.HEAVY);
            try {
                return new TestBed(project, stop, home, platform);
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

    Clicks clicks() {
        return clicks;
    }

    /** Starts it on a free port and comes back when it takes events. The caller ends it. */
    RunningServer start(Contender contender) {
        stop.check();
        var variables = Variables.of(platform, writeKey, Ports.free(0));
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
    Row measure(List<RunningServer> servers, Load load, Timing timing) {
        stop.check();
        var contender = servers.getFirst().contender();
        var ports = servers.stream().map(RunningServer::port).toList();
        var before = contender.writes() ? clicks.records() : 0;
        var cpu = new ArrayList<Cpu>();
        var result = generator.run(load.plan(ports, writeKey, timing), () -> cpu.add(cpu(used(servers))));
        var kept = contender.writes() ? Row.kept(clicks.records() - before, result) : "";
        return new Row(
                contender.name(),
                load.name(),
                result,
                result.eventsPerSecond() * timing.measured().toSeconds(),
                cpu.getLast().minus(cpu.getFirst()),
                timing.measured(),
                used(servers).resident(),
                kept);
    }

    private static Usage used(List<RunningServer> servers) {
        return servers.stream().map(RunningServer::usage).reduce(Usage.NONE, Usage::plus);
    }

    /** Sends the hardest of the loads until the server is compiled for it: a light one would take too long. */
    void warmUp(List<RunningServer> servers, List<Load> loads, Timing timing) {
        var hardest = loads.stream()
                .filter(load -> load.rate() == 0 && load.batch() == 0)
                .max(Comparator.comparing(Load::connections))
                .orElse(loads.getFirst());
        measure(servers, hardest, new Timing(timing.warmup(), timing.warmup()));
    }

    @Override
    public void close() {
        generator.close();
        clicks.close();
        platform.close();
        home.clear();
    }

    /** Processor time until now, of a server that has used so much. */
    Cpu cpu(Usage server) {
        var broker = Usage.of(platform.servers().getFirst().process().pid());
        return new Cpu(server.cpu(), broker.cpu(), generator.usage().cpu());
    }

    /** The environment of a process that serves nothing. */
    Map<String, String> variables() {
        return Variables.of(platform, writeKey, 0);
    }
}
