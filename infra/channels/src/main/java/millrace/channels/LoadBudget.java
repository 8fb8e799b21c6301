package millrace.channels;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import millrace.events.Catalogue;

/**
 * What a load needs of a plan: bytes a second that are produced and consumed, bytes that are kept, topics and partitions.
 * An event at the edge is written again several times on its way: on channels, and on the internal topics of Kafka
 * Streams.
 */
public record LoadBudget(Plan plan) {
    /**
     * Bytes that one event at the edge adds to a topic, as the log has them, batches and compression included. Measured
     * with simulated shoppers, of whose events a ninth are about orders: 470 events through the edge and orders, and
     * 2,060 through jobs of Kafka Streams. Other shops have other events, and busier ones fuller batches, so this is an estimate: at
     * two events a second, whose batches have one record, an event was 4,400 bytes on all topics together.
     */
    static final Map<String, Double> BYTES_OF_AN_EVENT = Map.ofEntries(
            // fork: analytics
            Map.entry("page-views-per-minute", 60.0),
            Map.entry("visits", 161.0),
            Map.entry("funnel-per-hour", 37.0),
            Map.entry("revenue-per-minute", 35.0),
            Map.entry("top-products", 31.0),
            Map.entry("trending-products", 0.1),
            Map.entry("abandoned-carts", 18.0),
            Map.entry("order-attribution", 31.0),
            Map.entry("late-events", 23.0),
            Map.entry("analytics-dlq", 0.0),
            Map.entry("analytics-events-changelog", 623.0),
            Map.entry("analytics-aggregates-changelog", 157.0),
            Map.entry("analytics-orders-of-visitors-repartition", 16.0),
            Map.entry("analytics-partials-repartition", 154.0),
            // fork: end
            // fork: audit
            Map.entry("audit-events", 0.0),
            Map.entry("audit-checkpoints", 1.0),
            // fork: end
            Map.entry("clicks", 575.0),
            Map.entry("transactions", 87.0),
            Map.entry("rejected-events", 4.0),
            Map.entry("orders", 103.0),
            Map.entry("order-state", 92.0),
            Map.entry("transactions-dlq", 0.0),
            Map.entry("generations", 0.0),
            Map.entry("ledger", 12.0));

    /** Share of a limit above which a plan is warned of. */
    private static final double NEARLY = 0.7;

    /**
     * Findings for the limits of the plan.
     *
     * @param eventsPerSecond average; 0 leaves out what depends on it
     */
    public List<Finding> findings(List<Catalogue.Entry> entries, double eventsPerSecond) {
        var findings = new ArrayList<Finding>();
        Stream.concat(
                        plan
                                .refusal(
                                        entries.size(),
                                        entries.stream()
                                                .mapToInt(Catalogue.Entry::partitions)
                                                .sum())
                                .stream(),
                        entries.stream()
                                .flatMap(
                                        entry -> plan
                                                .refusal(
                                                        entry.name(),
                                                        entry.partitions(),
                                                        plan.cleanup(entry).retention())
                                                .stream()))
                .forEach(sentence ->
                        findings.add(Finding.wrong(sentence.replaceFirst("\\.$", ""), "take a larger plan")));
        compare(entries, eventsPerSecond, "produces", "B/s", plan.produceBytesPerSecond(), this::produced, findings);
        compare(entries, eventsPerSecond, "consumes", "B/s", plan.consumeBytesPerSecond(), this::consumed, findings);
        compare(entries, eventsPerSecond, "keeps", "B", OptionalLong.of(plan.capacityBytes()), this::kept, findings);
        if (eventsPerSecond > 0 && entries.stream().anyMatch(entry -> lasting(entry) && bytes(entry) > 0)) {
            findings.add(Finding.unknown(
                    "How much is kept on topics that are compacted alone is not counted: it depends on the number of"
                            + " orders, visitors and rows",
                    ""));
        }
        return findings;
    }

    /** Returns the events a second, on average, that the plan takes. */
    public double largestRate(List<Catalogue.Entry> entries) {
        return Stream.of(
                        rate(plan.produceBytesPerSecond(), entries, this::produced),
                        rate(plan.consumeBytesPerSecond(), entries, this::consumed),
                        rate(OptionalLong.of(plan.capacityBytes()), entries, this::kept))
                .min(Double::compare)
                .orElseThrow();
    }

    private void compare(
            List<Catalogue.Entry> entries,
            double eventsPerSecond,
            String verb,
            String unit,
            OptionalLong limit,
            ToDoubleFunction<Catalogue.Entry> ofAnEvent,
            List<Finding> findings) {
        if (limit.isEmpty()) {
            return;
        }
        var need = eventsPerSecond * entries.stream().mapToDouble(ofAnEvent).sum();
        var sentence = "A load of %s events a second %s %s%s, of which the plan %s lets %s%s"
                .formatted(number(eventsPerSecond), verb, number(need), unit, plan, number(limit.getAsLong()), unit);
        var remedy = Stream.of(Plan.values())
                .filter(larger -> new LoadBudget(larger).largestRate(entries) * NEARLY >= eventsPerSecond)
                .findFirst()
                .map(larger -> larger + " is the smallest plan with room for it")
                .orElse("no plan has room for it");
        if (need > limit.getAsLong()) {
            findings.add(Finding.wrong(sentence, remedy));
        } else if (need > limit.getAsLong() * NEARLY) {
            findings.add(Finding.warning(sentence, remedy));
        }
    }

    private static double rate(
            OptionalLong limit, List<Catalogue.Entry> entries, ToDoubleFunction<Catalogue.Entry> ofAnEvent) {
        return limit.isEmpty()
                ? Double.MAX_VALUE
                : limit.getAsLong() / entries.stream().mapToDouble(ofAnEvent).sum();
    }

    private double produced(Catalogue.Entry entry) {
        return bytes(entry);
    }

    /** Each reader that the catalogue names reads every record once; a restore reads again and is not counted. */
    private double consumed(Catalogue.Entry entry) {
        return bytes(entry)
                * entry.readers().stream().filter(reader -> !reader.equals("*")).count();
    }

    private double kept(Catalogue.Entry entry) {
        return bytes(entry)
                * plan.cleanup(entry).retention().map(Duration::toSeconds).orElse(0L);
    }

    private boolean lasting(Catalogue.Entry entry) {
        return plan.cleanup(entry).retention().isEmpty();
    }

    private static double bytes(Catalogue.Entry entry) {
        return BYTES_OF_AN_EVENT.getOrDefault(entry.name(), 0.0);
    }

    private static String number(double value) {
        var units = List.of("", "k", "M", "G", "T");
        var unit = 0;
        for (; value >= 1000 && unit < units.size() - 1; unit++) {
            value /= 1000;
        }
        return String.format(Locale.ROOT, value < 10 ? "%.1f %s" : "%.0f %s", value, units.get(unit))
                .strip();
    }
}
