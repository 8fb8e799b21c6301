package millrace.generation;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import millrace.events.Generation.LiveGeneration;
import millrace.paas.Need;
import millrace.paas.PaasSettings;
import millrace.paas.Requirements;
import org.apache.kafka.common.KafkaException;

/**
 * The generation that a process belongs to. A service enters one before anything else of it starts: its settings then name
 * group, channels and schema of that generation. It ends when the process is no more what it was; the platform starts it
 * again, and it enters the other.
 */
public final class GenerationMembership {
    /** Set by who starts a process of a generation that is not live. */
    public static final String GENERATION = "MILLRACE_GENERATION";

    /** {@code "true"} for a process that a hand-over waits for. */
    public static final String CATCHING_UP = "MILLRACE_CATCHING_UP";

    /** Then the platform starts the process again. */
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(30);

    private static final Duration HANDED_OVER_WITHIN = Duration.ofMinutes(5);
    private static final Duration PAUSE = Duration.ofSeconds(5);

    /** Of a day at least, for which the shared clusters of the PaaS keep a record whatever its channel says. */
    private static final Duration SAID_AGAIN_AFTER = Duration.ofHours(12);

    private final String consumer;
    private final LiveGenerationRecord record;
    private final GenerationRole role;

    private GenerationMembership(String consumer, LiveGenerationRecord record, GenerationRole role) {
        this.consumer = consumer;
        this.record = record;
        this.role = role;
    }

    /**
     * Enters by the config vars of the process, whose last line it is where that is not possible. Where they do not fit,
     * nothing is asked: it is a build, or a service whose start says what is wrong with these and all its other variables.
     *
     * @param consumer {@code "orders"} or {@code "analytics"}
     * @param end how the process is asked to end when its generation is not what it was
     */
    public static void enter(String consumer, Runnable end) {
        if (!Requirements.met(System.getenv())) {
            return;
        }
        try {
            var membership = enter(consumer, System.getenv(), ANSWERED_WITHIN, HANDED_OVER_WITHIN);
            membership.tell(System.getProperties());
            membership.watch(end);
        } catch (MembershipException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    /**
     * Which generation is live, for who is none of its processes. While a switch is under way it is the old one.
     *
     * @throws MembershipException where the channel does not answer
     */
    public static int live(String consumer, PaasSettings settings) {
        try (var record = new LiveGenerationRecord(settings, consumer)) {
            return GenerationRole.live(record.now(ANSWERED_WITHIN));
        }
    }

    static GenerationMembership enter(String consumer, Map<String, String> vars, Duration answer, Duration handOver) {
        var record = new LiveGenerationRecord(settings(vars), consumer);
        try {
            var asked = GenerationRole.Shadow.asked(vars);
            var latest = asked.isPresent() ? record.now(answer) : record.settled(answer, handOver);
            var role = asked.orElseGet(() -> new GenerationRole.Live(GenerationRole.live(latest)));
            if (!role.fits(latest)) {
                throw new MembershipException("Generation %d of %s cannot be rebuilt now: %s"
                        .formatted(role.generation(), consumer, GenerationRole.standing(latest)));
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

    /** What settings refer to. */
    void tell(Map<Object, Object> properties) {
        var names = new GenerationNames(role.generation());
        properties.put("millrace.generation", Integer.toString(role.generation()));
        properties.put("millrace.generation.suffix", names.suffix());
        properties.put("millrace.generation.schema-suffix", names.schemaSuffix());
        properties.put("millrace.shadow", Boolean.toString(role instanceof GenerationRole.Shadow));
    }

    /** On a thread of its own, which ends with the process, or when it has called. */
    Thread watch(Runnable end) {
        return watch(end, SAID_AGAIN_AFTER);
    }

    /** @param refresh how old what the live generation says of itself may be */
    Thread watch(Runnable end, Duration refresh) {
        return Thread.ofPlatform().name("generation").daemon().start(() -> {
            try (record) {
                var latest = record.next(Duration.ZERO);
                while (role.fits(latest)) {
                    latest = next(latest, refresh);
                }
                System.err.printf(
                        "This process was generation %d of %s and ends: %s%n",
                        role.generation(), consumer, GenerationRole.standing(latest));
            }
            end.run();
        });
    }

    /** What cannot be read does not make a process end: what was so still is. */
    private Optional<LiveGeneration> next(Optional<LiveGeneration> before, Duration refresh) {
        try {
            if (role instanceof GenerationRole.Live) {
                record.refresh(refresh);
            }
            return record.next(PAUSE);
        } catch (KafkaException e) {
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
