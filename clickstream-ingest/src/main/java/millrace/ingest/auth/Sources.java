package millrace.ingest.auth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import io.quarkus.runtime.Startup;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.ConfigValidationException.Problem;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import millrace.events.Json;
import millrace.events.RateLimit;
import millrace.ingest.http.IngestConfig;
import millrace.ingest.http.JsonFields;
import millrace.ingest.http.ProblemException;

/** Finds sources by their write keys, and holds the rules of each. */
@Startup
@Singleton
public class Sources {
    /** Kind of messages that place an order. */
    public static final String ORDER = "order";

    /** Kind of messages that change the lines of an order before delivery. */
    public static final String CHANGE = "change";

    public static final String REFUND = "refund";
    public static final String CANCELLATION = "cancellation";

    /** Message types of the Segment protocol: the kinds that a source without a rule may send. */
    public static final Set<String> CLICKS = Set.of("track", "page", "screen", "identify", "group", "alias");

    /** All kinds: clicks, and the operations on orders. */
    public static final Set<String> KINDS = Stream.concat(
                    CLICKS.stream(), Stream.of(ORDER, CHANGE, REFUND, CANCELLATION))
            .collect(Collectors.toUnmodifiableSet());

    private static final String EXPECTED =
            "expected a JSON object of sources, each with any of origins, kinds, actsFor, currency, eventsPerSecond, address"
                    + " (full, truncated or dropped) and signals (honour or ignore)";
    private static final ObjectReader RULES = Json.MAPPER
            .readerFor(new TypeReference<Map<String, Rules>>() {})
            .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private final WriteKeys writeKeys;
    private final Map<String, Source> sources = new HashMap<>();

    /** Rules of one source as configured. */
    private record Rules(
            Set<String> origins,
            Set<String> kinds,
            Set<String> actsFor,
            String currency,
            Long eventsPerSecond,
            String address,
            String signals) {}

    @Inject
    Sources(WriteKeys writeKeys, IngestConfig config) {
        this(writeKeys, config.sources().orElse("{}"));
    }

    /** @throws ConfigValidationException that names every invalid rule */
    Sources(WriteKeys writeKeys, String rules) {
        this.writeKeys = writeKeys;
        var problems = new ArrayList<String>();
        var written = parse(rules, problems);
        for (var name : writeKeys.sources()) {
            var own = written.remove(name);
            sources.put(name, own == null ? Source.named(name) : source(name, own, problems));
        }
        checkActsFor(problems);
        new TreeSet<>(written.keySet())
                .forEach(name -> problems.add("SOURCES has rules for " + name + ", which has no write key"));
        if (!problems.isEmpty()) {
            throw new ConfigValidationException(problems.stream()
                    .map(problem -> new Problem(problem + "; " + EXPECTED))
                    .toArray(Problem[]::new));
        }
    }

    private void checkActsFor(List<String> problems) {
        for (var source : sources.values()) {
            for (var other : new TreeSet<>(source.actsFor())) {
                if (!sources.containsKey(other)) {
                    problems.add("SOURCES, " + source.name() + ": actsFor has " + other + ", which has no write key");
                }
            }
        }
    }

    /**
     * Returns the source of a write key.
     *
     * @throws ProblemException where the key is unknown or revoked
     */
    Source byWriteKey(String writeKey) {
        var holder = writeKeys
                .holder(writeKey)
                .orElseThrow(() -> ProblemException.unauthorized("No source has this write key."));
        if (holder.revoked()) {
            throw ProblemException.forbidden("This write key of the source " + holder.name() + " was revoked.");
        }
        return sources.get(holder.name());
    }

    /** Returns true where some source allows the origin. */
    boolean anyAllow(String origin) {
        return sources.values().stream().anyMatch(source -> source.allowsOrigin(origin));
    }

    /** Returns the faults of the rules, regardless of which sources have a write key. */
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
        var kinds = rules.kinds == null ? CLICKS : rules.kinds;
        if (kinds.isEmpty()) {
            problems.add(place + "kinds is empty, and so the source may send nothing");
        }
        var actsFor = rules.actsFor == null ? Set.<String>of() : rules.actsFor;
        var currency =
                rules.currency == null ? Optional.of(Source.USUAL_CURRENCY) : JsonFields.currencyOf(rules.currency);
        if (currency.isEmpty()) {
            problems.add(place + "currency is " + rules.currency + ", expected a code of ISO 4217, for example GBP");
        }
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
                Set.copyOf(actsFor),
                currency.orElse(Source.USUAL_CURRENCY),
                AddressPolicy.valueOf(
                        choice(place + "address", rules.address, "truncated", Set.of("full", "dropped"), problems)),
                choice(place + "signals", rules.signals, "honour", Set.of("ignore"), problems)
                        .equals("HONOUR"),
                rate.map(events -> new RateLimit(events, Duration.ofSeconds(1)).full()));
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
