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

/** Sends what simulated shoppers do, and says what has to come out of it. */
@Command(
        name = "shoppers",
        description =
                "Simulated shoppers. The same seed sends the same events, in days of their own in the past, and ends"
                        + " with the exact numbers that must come out. With --live they shop now, until they are stopped.")
final class Shoppers implements Callable<Integer> {
    private static final double USUAL_RATE = 200;
    private static final double USUAL_LIVE_RATE = 5;
    private static final Duration USUAL_LENGTH = Duration.ofSeconds(30);

    @Mixin
    private Target target;

    @Mixin
    private MixOptions mix;

    @Mixin
    private WaitOptions waiting;

    @Option(names = "--live", description = "Shop now, never the same twice, until stopped; a line a minute.")
    private boolean live;

    @Option(names = "--for", paramLabel = "TIME", description = "How long. Default: 30s; without an end with --live.")
    private Duration length;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "What they do follows from it. Default: ${DEFAULT-VALUE}.")
    private long seed = 1;

    @Option(
            names = "--speed",
            paramLabel = "N",
            description = "How many times as fast as ours their time runs. Default: ${DEFAULT-VALUE}.")
    private double speed = USUAL_RATE * Plan.USUAL_STEP.toSeconds();

    @Option(names = "--json", paramLabel = "FILE", description = "Where to write the expected numbers as JSON too.")
    private Path json;

    private final Report report = new Report("shoppers");

    @Override
    public Integer call() {
        if (live) {
            return shopNow(Plan.live(mix.mix()));
        }
        var outcomes = waiting.outcomes(report.feed());
        var expected = shopAgain(WaitOptions.noted(outcomes));
        AnswerSheet.print(expected, Target.running("analytics"), target.out());
        if (json != null) {
            write(expected);
        }
        return waiting.await(outcomes, target.out());
    }

    private void write(Aggregates expected) {
        try {
            Json.MAPPER.writerWithDefaultPrettyPrinter().writeValue(json.toFile(), expected);
        } catch (IOException e) {
            throw new CannotFeed(json + " cannot be written: " + e.getMessage(), e);
        }
    }

    private Aggregates shopAgain(Consumer<Message> taken) {
        var rate = target.rate().orElse(USUAL_RATE);
        var seconds = Optional.ofNullable(length).orElse(USUAL_LENGTH).toMillis() / 1000.0;
        var events = Math.round(rate * seconds);
        var step = Duration.ofNanos(Math.round(speed / rate * 1e9));
        var plan = Plan.seeded(seed, step, events, mix.mix());
        var importName = target.importName().orElse(plan.name());
        var edge = target.edge(report.feed(), Optional.of(importName), target.patience());
        target.out().printf("%s: %,d events, %s%n", plan.name(), events, plan.mix());
        target.out().flush();
        try (var delivery = target.delivery(edge, "/v1/import", Pace.of(Optional.of(rate)), report, taken)) {
            return send(plan, events, delivery);
        }
    }

    private Aggregates send(Plan plan, long events, Delivery delivery) {
        var crowd = new Crowd(plan);
        var expected = new Expected(plan);
        try (var progress = Progress.show(report, events)) {
            for (var sent = 1L; sent <= events; sent++) {
                var planned = crowd.next();
                delivery.send(planned.message());
                expected.add(planned);
                progress.at(sent);
            }
            delivery.flush();
            progress.at(events);
        } finally {
            report.print(target.out());
        }
        return expected.aggregates();
    }

    /** Without an end, and however long the edge is away. */
    private int shopNow(Plan plan) {
        var edge = target.edge(report.feed(), target.importName(), ChronoUnit.FOREVER.getDuration());
        var pace = Pace.of(Optional.of(target.rate().orElse(USUAL_LIVE_RATE)));
        var outcomes = waiting.outcomes(report.feed());
        var crowd = new Crowd(plan);
        var end = Optional.ofNullable(length).map(time -> System.nanoTime() + time.toNanos());
        try (var delivery = target.delivery(edge, "/v1/batch", pace, report, WaitOptions.noted(outcomes));
                var progress = Progress.quiet(report)) {
            while (end.isEmpty() || System.nanoTime() < end.get()) {
                delivery.send(crowd.next().message());
                progress.at(0);
            }
            delivery.flush();
        } finally {
            report.print(target.out());
        }
        return waiting.await(outcomes, target.out());
    }
}
