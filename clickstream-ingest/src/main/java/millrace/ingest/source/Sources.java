package millrace.ingest.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import io.quarkus.runtime.Startup;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.ConfigValidationException.Problem;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import millrace.events.Json;
import millrace.ingest.IngestConfig;
import millrace.ingest.http.Refusal;

/** The sources by their write keys, with the rules of each. */
@Startup
@Singleton
public class Sources {
    public static final String TRANSACTION = "transaction";

    /** What may be sent: the messages of the Segment protocol, and what becomes a transaction. */
    static final Set<String> KINDS = Set.of("track", "page", "screen", "identify", "group", "alias", TRANSACTION);

    private static final String EXPECTED =
            "expected a JSON object of sources, each with any of origins, kinds, eventsPerSecond, address (full, truncated or"
                    + " dropped) and signals (honour or ignore)";
    private static final ObjectReader RULES = Json.MAPPER
            .readerFor(new TypeReference<Map<String, Rules>>() {})
            .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private final WriteKeys writeKeys;
    private final Map<String, Source> sources = new HashMap<>();

    /** Rules of one source as they are written. */
    private record Rules(
            Set<String> origins, Set<String> kinds, Long eventsPerSecond, String address, String signals) {}

    @Inject
    Sources(WriteKeys writeKeys, IngestConfig config) {
        this(writeKeys, config.sources().orElse("{}"));
    }

    /** @throws ConfigValidationException naming every rule that does not fit */
    Sources(WriteKeys writeKeys, String rules) {
        this.writeKeys = writeKeys;
        var problems = new ArrayList<String>();
        var written = parse(rules, problems);
        for (var name : writeKeys.sources()) {
            var own = written.remove(name);
            sources.put(name, own == null ? Source.named(name) : source(name, own, problems));
        }
        new TreeSet<>(written.keySet())
                .forEach(name -> problems.add("SOURCES has rules for " + name + ", which has no write key"));
        if (!problems.isEmpty()) {
            throw new ConfigValidationException(problems.stream()
                    .map(problem -> new Problem(problem + "; " + EXPECTED))
                    .toArray(Problem[]::new));
        }
    }

    /**
     * The source whose write key this is.
     *
     * @throws Refusal where nobody has it, or it is not valid any more
     */
    public Source of(String writeKey) {
        var holder = writeKeys.holder(writeKey).orElseThrow(() -> Refusal.unauthorized("Nobody has this write key."));
        if (holder.revoked()) {
            throw Refusal.forbidden("This write key of the source " + holder.source() + " was revoked.");
        }
        return sources.get(holder.source());
    }

    /** Whether pages of that origin may send as some source. */
    public boolean anyAllows(String origin) {
        return sources.values().stream().anyMatch(source -> source.allowsOrigin(origin));
    }

    /** What is wrong with the rules, whoever has a write key. */
    static List<String> faults(String rules) {
        var problems = new ArrayList<String>();
        parse(rules, problems).forEach((name, written) -> {
            if (written != null) {
                source(name, written, problems);
            }
        });
        return problems.stream().map(problem -> problem + "; " + EXPECTED).toList();
    }

    private static Map<String, Rules> parse(String rules, List<String> problems) {
        try {
            return new HashMap<>(RULES.<Map<String, Rules>>readValue(rules));
        } catch (JsonProcessingException e) {
            problems.add("SOURCES cannot be read: " + e.getOriginalMessage());
            return new HashMap<>();
        }
    }

    private static Source source(String name, Rules rules, List<String> problems) {
        var place = "SOURCES, " + name + ": ";
        var kinds = rules.kinds == null ? Set.<String>of() : rules.kinds;
        for (var kind : new TreeSet<>(kinds)) {
            if (!KINDS.contains(kind)) {
                problems.add(place + "kinds has " + kind + ", expected any of " + new TreeSet<>(KINDS));
            }
        }
        var rate = Optional.ofNullable(rules.eventsPerSecond);
        if (rate.isPresent() && (rate.get() < 1 || rate.get() > 1_000_000)) {
            problems.add(place + "eventsPerSecond must be 1 to 1000000");
            rate = Optional.empty();
        }
        return new Source(
                name,
                rules.origins == null ? Set.of() : Set.copyOf(rules.origins),
                Set.copyOf(kinds),
                Address.valueOf(
                        choice(place + "address", rules.address, "truncated", Set.of("full", "dropped"), problems)),
                choice(place + "signals", rules.signals, "honour", Set.of("ignore"), problems)
                        .equals("HONOUR"),
                rate.map(events -> new Quota(events, System::nanoTime)));
    }

    private static String choice(
            String place, String written, String usual, Set<String> others, List<String> problems) {
        if (written == null || written.equals(usual) || others.contains(written)) {
            return (written == null ? usual : written).toUpperCase(Locale.ROOT);
        }
        problems.add(place + " is " + written);
        return usual.toUpperCase(Locale.ROOT);
    }
}
