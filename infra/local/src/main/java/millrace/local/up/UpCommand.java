package millrace.local.up;

import static java.util.stream.Collectors.joining;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import millrace.channels.Plan;
import millrace.events.TerminalText;
import millrace.local.DataDirectory;
import millrace.local.DataFormat;
import millrace.local.DynoSize;
import millrace.local.EmbeddedPlatform;
import millrace.local.KafkaVersion;
import millrace.local.PlatformOptions;
import millrace.local.Procfile;
import millrace.local.StartException;
import millrace.local.control.ControlRoutes;
import millrace.local.control.ControlServer;
import millrace.local.control.KafkaApi;
import millrace.paas.Ports;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code bin/up}: runs the platform and the application on this machine until Ctrl-C. */
@Command(
        name = "bin/up",
        description = {
            "Starts a Kafka broker, a PostgreSQL, every process of the Procfile and some traffic, and shows what they"
                    + " do.",
            "Ctrl-C stops all of it and keeps the data; the next start goes on from there. Data, logs and keys are in"
                    + " .millrace, or in the folder that MILLRACE_HOME names."
        },
        mixinStandardHelpOptions = true)
public final class UpCommand implements Callable<Integer> {
    private static final Duration CHECK_EVERY = Duration.ofMillis(250);
    private static final Duration SHOW_EVERY = Duration.ofSeconds(1);
    private static final Duration PRINT_EVERY = Duration.ofSeconds(5);

    /** Kafka identities of the processes. */
    private enum Identities {
        SHARED,
        OWN
    }

    @Option(names = "--fresh", description = "Starts empty: removes the data of earlier starts.")
    private boolean fresh;

    @Option(names = "--no-traffic", description = "Starts no simulated shoppers.")
    private boolean noTraffic;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "8080",
            description = "Port of the first process, the others follow; 0 takes free ones. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--identities",
            paramLabel = "shared|own",
            defaultValue = "shared",
            description = "Kafka identities: one that all processes share, as on the reference platform, or one of its"
                    + " own for each service, with the permissions that the catalogue implies. Default:"
                    + " ${DEFAULT-VALUE}.")
    private Identities identities;

    @Option(
            names = "--plan",
            paramLabel = "NAME",
            description =
                    "Plan of the reference platform whose rules hold: basic-0, basic-1, basic-2 (a shared cluster:"
                            + " prefix, quotas, topics and consumer groups that must exist first, no record is kept longer than"
                            + " seven days), standard-0 to standard-2, extended-0 to extended-2. Default: that of the data, at"
                            + " the first start standard-0.")
    private Optional<Plan> plan = Optional.empty();

    @Option(
            names = "--kafka",
            paramLabel = "3.9|4.2",
            description = "Version of the brokers; that of the reference platform is before 4. Default: that of the"
                    + " data, at the first start 4.2.")
    private Optional<KafkaVersion> kafka = Optional.empty();

    @Option(
            names = "--brokers",
            paramLabel = "N",
            description = "Number of brokers, 1 to 8. Default: that of the data, at the first start 1.")
    private Optional<Integer> brokers = Optional.empty();

    @Option(
            names = "--transactions",
            description = "Grants transactional ids, and lets services use them. The default denies them, as the"
                    + " reference platform does: counts are exact without them.")
    private boolean transactions;

    @Option(names = "--logs", description = "Shows what the processes print, too.")
    private boolean logs;

    @Option(
            names = "--without",
            paramLabel = "PROCESS",
            description = "Does not start this process, and writes its environment to PROCESS.env, for you to start it"
                    // fork: console
                    + " elsewhere; console is the console's. Repeatable.")
    // fork: instead                 + " elsewhere. Repeatable.")
    // fork: end
    private List<String> without = List.of();

    @Option(
            names = "--debug",
            paramLabel = "PROCESS",
            description = "Opens port 5005 on loopback for a debugger of this process; with --port=0 a free one.")
    private Optional<String> debug = Optional.empty();

    private final Screen screen = Screen.ofProcess();
    private final StopRequest stop = StopRequest.ofProcess();
    private final Instant startedAt = Instant.now();

    public static void main(String[] arguments) {
        var up = new UpCommand();
        var exitCode = commandLine(up).execute(arguments);
        up.stop.everythingStopped();
        System.exit(exitCode);
    }

    @Override
    public Integer call() throws InterruptedException {
        try {
            start();
        } catch (StartException failure) {
            if (!stop.isRequested()) {
                throw failure;
            }
            screen.print("Stopped while it was starting.");
        }
        return 0;
    }

    private void start() throws InterruptedException {
        if (port < 0 || port > Ports.LAST) {
            throw new StartException("--port has to be from 0 to " + Ports.LAST + ", and is " + port + ".");
        }
        var procfile = Procfile.read(folder().resolve("Procfile"));
        var started = procfile.without(processesLeftOut());
        debug.ifPresent(started::require);
        var sizes = DynoSize.formation(folder().resolve("app.json"));
        var options = options(procfile);
        try (var directory = DataDirectory.open(dataDirectory())) {
            var orphans = directory.endOrphans();
            if (!orphans.isEmpty()) {
                screen.print("Stopped processes of a killed bin/up: " + String.join(", ", orphans) + ".");
            }
            Addresses.requireFree(procfile, port, without, debug); // What can be refused is, before data is removed.
            if (fresh) {
                directory.clear();
            }
            DataFormat.of(folder()).check(directory);
            options.check(directory);
            run(directory, options, procfile, Addresses.of(procfile, port, directory, without, debug), sizes);
        }
    }

    // fork: console
    private boolean withConsole() {
        return !without.contains(Addresses.CONSOLE) && Files.exists(folder().resolve(StartSequence.CONSOLE_PROCFILE));
    }
    // fork: end

    /** Processes of the Procfile that are not started. */
    private List<String> processesLeftOut() {
        // fork: console
        return without.stream().filter(name -> !name.equals(Addresses.CONSOLE)).toList();
        // fork: instead return without;
        // fork: end
    }

    private PlatformOptions options(Procfile procfile) {
        var options = new PlatformOptions()
                .transactions(transactions)
                .groups(procfile.consumers().keySet());
        plan.ifPresent(options::plan);
        kafka.ifPresent(options::kafka);
        brokers.ifPresent(options::brokers);
        return options;
    }

    private void run(
            DataDirectory directory,
            PlatformOptions options,
            Procfile procfile,
            Addresses addresses,
            Map<String, DynoSize> sizes)
            throws InterruptedException {
        screen.print("Starting Kafka and PostgreSQL");
        var routes = new ControlRoutes();
        try (var platform = EmbeddedPlatform.start(directory, options);
                var kafkaApi = KafkaApi.of(directory, platform);
                var processes = new ProcessSupervisor(screen::print);
                var control = ControlServer.start(directory, routes, screen::print)) {
            platform.servers().forEach(server -> processes.watch(server, startedAt));
            var own = identities == Identities.OWN ? platform.ownIdentities() : Map.<String, String>of();
            var settings = new LocalSettings(directory, platform, own, addresses, sizes);
            kafkaApi.addTo(routes, settings::configVars, new KafkaOperations(platform, processes, settings));
            var start = new StartSequence(
                    directory, folder(), procfile.without(processesLeftOut()), settings, screen, stop);
            ProcessRoutes.add(routes, processes, settings::oneOffEnvironment);
            // fork: audit
            new ArchiveTampering(directory, platform.jdbcUrl()).addTo(routes);
            // fork: end
            start.all(
                    processes,
                    addresses,
                    // fork: console
                    withConsole(),
                    // fork: end
                    !noTraffic);
            if (!stop.isRequested()) {
                screen.print(PlatformStatus.table(processes));
                screen.print(settings.keys());
                screen.print("Control API, for bin/kafka: " + control.url());
                // fork: console
                if (withConsole()) {
                    screen.print("Console, which shows what runs here: "
                            + ConsoleAccess.of(directory.path()).newAddress() + " (once; bin/console makes another)");
                }
                // fork: end
                processesLeftOut()
                        .forEach(name -> screen.print("Not started: %s, expected at %s. Its environment is in %s."
                                .formatted(name, addresses.url(name), settings.writeEnvironment(name))));
                addresses
                        .debuggers()
                        .forEach((name, debugger) ->
                                screen.print("A debugger of %s can attach to 127.0.0.1:%d.".formatted(name, debugger)));
                screen.print(
                        "Ready after %s, with the rules of the plan %s. Ctrl-C stops everything and keeps the data."
                                .formatted(
                                        SupervisedProcess.seconds(Duration.between(startedAt, Instant.now())),
                                        platform.plan()));
                monitor(platform, processes, procfile);
            }
            screen.print("Stopping");
        }
    }

    private void monitor(EmbeddedPlatform platform, ProcessSupervisor processes, Procfile procfile)
            throws InterruptedException {
        var view = new LogView(screen.isTerminal());
        try (var traffic = new TrafficMonitor(platform, procfile)) {
            var status = new PlatformStatus(processes, traffic);
            var next = Instant.now();
            while (!stop.isRequestedWithin(CHECK_EVERY)) {
                processes.check();
                if (logs) {
                    processes
                            .all()
                            .forEach(process -> view.add(
                                    process.name(),
                                    () -> LogTail.fromNow(
                                            process.process().log().path())));
                }
                view.show(screen::print);
                var now = Instant.now();
                if (!now.isBefore(next)) {
                    screen.showStatus(status.line(now));
                    next = now.plus(screen.isTerminal() ? SHOW_EVERY : PRINT_EVERY);
                }
            }
        }
    }

    private static Path folder() {
        return Path.of(System.getProperty("millrace.root", "."));
    }

    /** Folder of data, logs and keys. */
    public static Path dataDirectory() {
        var directory = System.getenv("MILLRACE_HOME");
        return directory == null || directory.isBlank() ? folder().resolve(".millrace") : Path.of(directory);
    }

    /** Returns a command line that prints the sentence of a {@link StartException} instead of its stack trace. */
    public static CommandLine commandLine(Callable<Integer> command) {
        var line = new CommandLine(command)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExpandAtFiles(false); // A message may begin with @.
        line.registerConverter(Plan.class, name -> oneOf(Plan.named(name), Plan.values()));
        line.registerConverter(KafkaVersion.class, name -> oneOf(KafkaVersion.named(name), KafkaVersion.values()));
        return line.setExecutionExceptionHandler((failure, failed, result) -> {
            if (failure instanceof StartException sentence) {
                failed.getErr().println(TerminalText.lines(sentence.getMessage()));
            } else {
                failure.printStackTrace(failed.getErr());
            }
            return 1;
        });
    }

    private static <T> T oneOf(Optional<T> named, T[] all) {
        return named.orElseThrow(() -> new TypeConversionException(
                "expected one of " + Stream.of(all).map(T::toString).collect(joining(", "))));
    }
}
