package millrace.generation;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import millrace.events.Generation.LiveGeneration;
import millrace.events.GenerationNames;
import millrace.paas.Need;
import millrace.paas.PaasSettings;
import millrace.paas.Requirements;
import org.apache.kafka.common.KafkaException;

/**
 * Membership of a process in a generation of its consumer. A service enters its generation before any other code of it
 * runs: its settings then name the group, the channels and the schema of that generation. The process ends when its
 * role changes; the platform starts it again, and it enters its new generation.
 */
public final class GenerationMembership {
    /** Config var of a shadow, set by the command that starts it: its generation. */
    public static final String GENERATION = "MILLRACE_GENERATION";

    /** Config var of a shadow: {@code "true"} if a cut-over waits for it. */
    public static final String CATCHING_UP = "MILLRACE_CATCHING_UP";

    /**
     * A cut-over whose command does not renew its record for this long is ended by the processes that wait for its end.
     * The command gives up before: half of that time after its last renewal.
     */
    public static final Duration LEASE = Duration.ofSeconds(30);

    /** After that time the process ends, and the platform starts it again. */
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(30);

    private static final Duration CUT_OVER_WITHIN = Duration.ofMinutes(5);
    private static final Duration PAUSE = Duration.ofSeconds(5);

    /**
     * Half of the shortest retention, a day, with which the shared clusters of the PaaS delete records of any channel.
     */
    private static final Duration REPUBLISH_AFTER = Duration.ofHours(12);

    private final String consumer;
    private final LiveGenerationRecord record;
    private final GenerationRole role;

    private GenerationMembership(String consumer, LiveGenerationRecord record, GenerationRole role) {
        this.consumer = consumer;
        this.record = record;
        this.role = role;
    }

    /**
     * Enters the generation of the config vars. A process that cannot enter logs the reason and exits. Does nothing if
     * the config vars do not fit: it is a build, or a service that reports these and all its other variables at its
     * start.
     *
     * @param consumer name of its process in the Procfile
     * @param rebuild port of the consumer, by which an abandoned cut-over is ended
     * @param end asks the process to end when its role changes
     */
    public static void enter(String consumer, Supplier<Rebuildable> rebuild, Runnable end) {
        enter(consumer, rebuild, LEASE, end);
    }

    /** @param lease time without a renewal after which this process ends a cut-over, for a test that cannot wait so long */
    public static void enter(String consumer, Supplier<Rebuildable> rebuild, Duration lease, Runnable end) {
        if (!Requirements.met(System.getenv())) {
            return;
        }
        try {
            var membership = enter(consumer, rebuild, System.getenv(), ANSWERED_WITHIN, lease, CUT_OVER_WITHIN);
            membership.setProperties(System.getProperties());
            membership.watch(end);
            if (membership.role instanceof GenerationRole.Shadow) {
                endWithInput(System.in, end);
            }
        } catch (RebuildException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    static GenerationMembership enter(
            String consumer,
            Supplier<Rebuildable> rebuild,
            Map<String, String> vars,
            Duration answer,
            Duration lease,
            Duration cutOver) {
        var record = new LiveGenerationRecord(settings(vars), consumer);
        try {
            var requested = GenerationRole.Shadow.requested(vars);
            var latest = requested.isPresent()
                    ? record.current(answer)
                    : record.afterCutOver(rebuild, answer, lease, cutOver);
            var role = requested.orElseGet(() -> new GenerationRole.Live(GenerationRole.live(latest)));
            if (!role.isValid(latest)) {
                throw new RebuildException("Generation %d of %s cannot be rebuilt now: %s"
                        .formatted(role.generation(), consumer, GenerationRole.describe(latest)));
            }
            return new GenerationMembership(consumer, record, role);
        } catch (RuntimeException e) {
            record.close();
            throw e;
        }
    }

    private static PaasSettings settings(Map<String, String> vars) {
        return PaasSettings.from(vars::get, Set.of(Need.KAFKA), Optional.empty(), List.of(new GenerationVars()));
    }

    /** Sets the system properties that the settings refer to. */
    void setProperties(Map<Object, Object> properties) {
        var names = new GenerationNames(role.generation());
        properties.put("millrace.generation", Integer.toString(role.generation()));
        properties.put("millrace.generation.suffix", names.suffix());
        properties.put("millrace.generation.schema-suffix", names.schemaSuffix());
        properties.put("millrace.shadow", Boolean.toString(role instanceof GenerationRole.Shadow));
    }

    /** Watches the channel on a daemon thread, and calls {@code end} once when the role changes. */
    Thread watch(Runnable end) {
        return watch(end, REPUBLISH_AFTER);
    }

    /** @param refresh age at which the record of the live generation is published again */
    Thread watch(Runnable end, Duration refresh) {
        return Thread.ofPlatform().name("generation").daemon().start(() -> {
            try (record) {
                var latest = record.poll(Duration.ZERO);
                while (role.isValid(latest)) {
                    latest = next(latest, refresh);
                }
                System.err.printf(
                        "This process was generation %d of %s and ends: %s%n",
                        role.generation(), consumer, GenerationRole.describe(latest));
            }
            end.run();
        });
    }

    /**
     * Ends a shadow when its standard input ends: the command that started it holds the other end, and no shadow outlives
     * its command, however that ends.
     */
    static Thread endWithInput(InputStream input, Runnable end) {
        return Thread.ofPlatform().name("command").daemon().start(() -> {
            try {
                input.transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                System.err.println("The standard input cannot be read, which counts as its end: " + e.getMessage());
            }
            end.run();
        });
    }

    /** Polls the channel. A failure does not end the process: its role stays as it was. */
    private Optional<LiveGeneration> next(Optional<LiveGeneration> before, Duration refresh) {
        try {
            if (role instanceof GenerationRole.Live) {
                record.republishIfOlder(refresh);
            }
            return record.poll(PAUSE);
        } catch (KafkaException | RebuildException e) {
            System.err.println("The channel generations does not answer, trying again: " + e.getMessage());
            pause();
            return before;
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
