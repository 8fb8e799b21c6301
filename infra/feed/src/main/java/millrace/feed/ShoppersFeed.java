package millrace.feed;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import millrace.events.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Sends the messages of simulated shoppers and prints the expected results. */
@Command(
        name = "shoppers",
        description =
                "Simulated shoppers. A seed always sends identical events, in days of its own in the past, and prints the"
                        + " exact results that the services must show. With --live the shoppers act at the current time until"
                        + " they are stopped.")
final class ShoppersFeed implements Callable<Integer> {
    private static final double DEFAULT_RATE = 200;
    private static final double DEFAULT_LIVE_RATE = 5;
    private static final Duration DEFAULT_LENGTH = Duration.ofSeconds(30);

    @Mixin
    private TargetOptions target;

    @Mixin
    private TrafficMixOptions mix;

    @Mixin
    private OrderWaitOptions waiting;

    @Option(
            names = "--live",
            description = "Send at the current time, different at every run, until stopped; print a line a minute.")
    private boolean live;

    @Option(names = "--for", paramLabel = "TIME", description = "Duration. Default: 30s; unlimited with --live.")
    private Duration length;

    @Option(names = "--seed", paramLabel = "N", description = "Determines all events. Default: ${DEFAULT-VALUE}.")
    private long seed = 1;

    @Option(
            names = "--speed",
            paramLabel = "N",
            description = "Factor of simulated time to real time. Default: ${DEFAULT-VALUE}.")
    private double speed = DEFAULT_RATE * SimulationPlan.DEFAULT_STEP.toSeconds();

    @Option(names = "--json", paramLabel = "FILE", description = "File to write the expected results to, as JSON.")
    private Path json;

    private final FeedReport report = new FeedReport("shoppers");

    @Override
    public Integer call() {
        if (live) {
            return runLive(SimulationPlan.live(mix.mix()));
        }
        var outcomes = waiting.outcomes(report.feed());
        var expected = runSeeded(OrderWaitOptions.recorder(outcomes));
        // fork: analytics
        ExpectedAggregatesPrinter.print(expected, TargetOptions.running("analytics"), target.out());
        // fork: instead ExpectedAggregatesPrinter.print(expected, Optional.empty(), target.out());
        // fork: end
        target.home()
                .ifPresent(home ->
                        ExpectedFile.write(home, expected, target.importName().orElse(expected.name()), report.sent()));
        if (json != null) {
            write(expected);
        }
        return waiting.await(outcomes, target.out());
    }

    private void write(ExpectedAggregates expected) {
        try {
            Json.MAPPER.writerWithDefaultPrettyPrinter().writeValue(json.toFile(), expected);
        } catch (IOException e) {
            throw new FeedException(json + " cannot be written: " + e.getMessage(), e);
        }
    }

    private ExpectedAggregates runSeeded(Consumer<FeedMessage> onAccepted) {
        var rate = target.rate().orElse(DEFAULT_RATE);
        var seconds = Optional.ofNullable(length).orElse(DEFAULT_LENGTH).toMillis() / 1000.0;
        var events = Math.round(rate * seconds);
        var step = Duration.ofNanos(Math.round(speed / rate * 1e9));
        var plan = SimulationPlan.seeded(seed, step, events, mix.mix());
        var importName = target.importName().orElse(plan.name());
        var edge = target.edge(report.feed(), Optional.of(importName), target.patience());
        target.out().printf("%s: %,d events, %s%n", plan.name(), events, plan.mix());
        target.out().flush();
        try (var sender = target.sender(edge, "/v1/import", FeedRate.of(Optional.of(rate)), report, onAccepted)) {
            return send(plan, events, sender);
        }
    }

    private ExpectedAggregates send(SimulationPlan plan, long events, EdgeSender sender) {
        var simulation = new ShopperSimulation(plan);
        var oracle = new SimulationOracle(plan);
        try (var progress = FeedProgress.show(report, events)) {
            for (var sent = 1L; sent <= events; sent++) {
                var simulated = simulation.next();
                sender.send(simulated.message());
                oracle.add(simulated);
                progress.at(sent);
            }
            sender.flush();
            progress.at(events);
        } finally {
            report.print(target.out());
        }
        return oracle.aggregates();
    }

    /** Sends at the current time until the limit, if any, and retries for as long as the edge is unavailable. */
    private int runLive(SimulationPlan plan) {
        var edge = target.edge(report.feed(), target.importName(), ChronoUnit.FOREVER.getDuration());
        var feedRate = FeedRate.of(Optional.of(target.rate().orElse(DEFAULT_LIVE_RATE)));
        var outcomes = waiting.outcomes(report.feed());
        var simulation = new ShopperSimulation(plan);
        var end = Optional.ofNullable(length).map(time -> System.nanoTime() + time.toNanos());
        try (var sender = target.sender(edge, "/v1/batch", feedRate, report, OrderWaitOptions.recorder(outcomes));
                var progress = FeedProgress.everyMinute(report)) {
            while (end.isEmpty() || System.nanoTime() < end.get()) {
                sender.send(simulation.next().message());
                progress.at(0);
            }
            sender.flush();
        } finally {
            report.print(target.out());
        }
        return waiting.await(outcomes, target.out());
    }
}
