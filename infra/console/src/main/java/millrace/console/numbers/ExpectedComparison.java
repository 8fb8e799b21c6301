package millrace.console.numbers;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import millrace.console.numbers.LiveMinutes.Query;

/**
 * Compares what a feed expects with what analytics answers for the same time. A number that is not the expected one
 * differs if analytics is not behind, and its rows are settled or have stood still for 30 s; before, it is not settled yet.
 */
final class ExpectedComparison {
    /** The orders service, its outbox and analytics need less than that for what is on its way. */
    static final Duration STOOD_STILL = Duration.ofSeconds(30);

    /** Live traffic always has some records on their way. */
    static final long NORMAL_LAG = 100;

    private static final int MOST_DIFFERENCES = 5;
    private static final int MOST_NUMBERS = 200;

    private final Map<String, Stood> stood = new HashMap<>();

    /** Counted rows of a number, and since when they are these. */
    private record Stood(Map<String, Long> counted, Instant since) {}

    enum Agreement {
        EQUAL,
        NOT_SETTLED_YET,
        DIFFERS
    }

    /**
     * One number, as the sum of its rows.
     *
     * @param settled empty where the query does not say it
     * @param unit of the numbers: empty for a count, else a currency whose minor unit they are in
     * @param differences rows that are not as expected, some of them
     */
    record Row(
            String name,
            String query,
            String unit,
            long expected,
            long counted,
            int rows,
            int equalRows,
            Optional<Boolean> settled,
            Agreement verdict,
            List<Difference> differences) {}

    record Difference(String row, long expected, long counted) {}

    /** Numbers of records on channels of their own, by the name of the import. */
    record Channels(ToLongFunction<String> late, ToLongFunction<String> rejected) {}

    private record Counted(Map<String, Long> rows, Optional<Boolean> settled) {}

    /**
     * Asks analytics, and compares.
     *
     * @param file content of the feed's file
     */
    Map<String, Object> compare(JsonNode file, Query analytics, Channels channels, Instant now)
            throws InterruptedException {
        var expected = file.path("expected");
        var from = expected.path("from").asText();
        var to = expected.path("to").asText();
        var comparison = new Comparison(expected, analytics, "from=" + from + "&to=" + to, now);
        var rows = comparison.rows(file.path("importName").asText(), channels);
        var value = new LinkedHashMap<String, Object>();
        value.put("name", expected.path("name").asText());
        value.put("from", from);
        value.put("to", to);
        value.put("sent", file.path("sent").asLong());
        value.put("endedAt", file.path("endedAt").asText());
        value.put("unread", comparison.unread);
        value.put("rows", rows.stream().map(ExpectedComparison::json).toList());
        value.put("verdict", text(worst(rows)));
        value.put("hours", hours(comparison));
        return value;
    }

    /** Page views by hour, expected and counted, for a chart. */
    private static Map<String, Object> hours(Comparison comparison) {
        var expected = numbers(comparison.expected.path("pageViewsPerHour"));
        var hours = new TreeSet<>(expected.keySet());
        hours.addAll(comparison.hours.keySet());
        return Map.of(
                "times",
                hours.stream().map(hour -> Instant.parse(hour).getEpochSecond()).toList(),
                "expected",
                hours.stream().map(hour -> expected.getOrDefault(hour, 0L)).toList(),
                "counted",
                hours.stream()
                        .map(hour -> comparison.hours.getOrDefault(hour, 0L))
                        .toList());
    }

    static Agreement worst(List<Row> rows) {
        return rows.stream().map(Row::verdict).max(Enum::compareTo).orElse(Agreement.EQUAL);
    }

    private final class Comparison {
        private final JsonNode expected;
        private final Query analytics;
        private final String span;
        private final Instant now;
        private final long unread;
        private final List<Row> rows = new ArrayList<>();
        private Map<String, Long> hours = Map.of();

        private Comparison(JsonNode expected, Query analytics, String span, Instant now) throws InterruptedException {
            this.expected = expected;
            this.analytics = analytics;
            this.span = span;
            this.now = now;
            var lag = 0L;
            for (var task : analytics.rows("/progress").path("tasks")) {
                lag += task.path("lag").asLong();
            }
            this.unread = lag;
        }

        private List<Row> rows(String importName, Channels channels) throws InterruptedException {
            var pages = asked("/page-views?by=page&limit=10000", "page", "views");
            row("Page views, by page", pages.path(), "", numbers(expected.path("pageViews")), pages.counted());
            var byHour = asked("/page-views?by=hour&limit=10000", "start", "views");
            hours = byHour.counted().rows();
            row("Page views, by hour", byHour.path(), "", numbers(expected.path("pageViewsPerHour")), byHour.counted());
            funnel();
            sales();
            products("viewed", "Views of products", "viewsPerProduct");
            products("carted", "Units put into carts", "cartedPerProduct");
            products("bought", "Units bought", "unitsPerProduct");
            channel("Late events", "late-events", "lateEvents", 0, importName, channels.late());
            channel(
                    "Rejected events",
                    "rejected-events",
                    "rejectedEvents",
                    expected.path("rejectedOrders").asLong(),
                    importName,
                    channels.rejected());
            return rows;
        }

        private record Asked(String path, Counted counted) {}

        private Asked asked(String path, String key, String number) throws InterruptedException {
            var full = path + "&" + span;
            return new Asked(full, counted(analytics.rows(full), key, number));
        }

        private void funnel() throws InterruptedException {
            var path = "/funnel?limit=10000&" + span;
            var answer = analytics.rows(path);
            for (var step : List.of("visits", "products", "carts", "checkouts", "orders")) {
                var wanted = new TreeMap<String, Long>();
                expected.path("funnel")
                        .properties()
                        .forEach(campaign -> wanted.put(
                                campaign.getKey(),
                                campaign.getValue().path(step).asLong()));
                var name = step.equals("visits") ? "Visits, by campaign" : "Visits that reached " + step;
                row(name, path, "", wanted, counted(answer, "campaign", step));
            }
        }

        private void sales() throws InterruptedException {
            var path = "/revenue?by=country&limit=10000&" + span;
            var answer = analytics.rows(path);
            var currency = expected.path("currency").asText();
            row("Orders accepted", path, "", one("orders", "ordersAccepted"), sum(answer, "orders"));
            row(
                    "Revenue, by country",
                    path,
                    currency,
                    numbers(expected.path("revenueMinor")),
                    counted(answer, "country", "revenue"));
            row("Refunds", path, "", one("refunds", "refundsCount"), sum(answer, "refunds"));
            row("Refunded", path, currency, one("refunded", "refundedMinor"), sum(answer, "refunded"));
        }

        private void products(String by, String name, String field) throws InterruptedException {
            var asked = asked("/top-products?limit=1000&by=" + by, "productId", "count");
            row(name, asked.path(), "", numbers(expected.path(field)), asked.counted());
        }

        private void channel(
                String name,
                String channel,
                String field,
                long more,
                String importName,
                ToLongFunction<String> counts) {
            var wanted = Map.of(channel, expected.path(field).asLong() + more);
            row(
                    name,
                    channel,
                    "",
                    wanted,
                    new Counted(Map.of(channel, counts.applyAsLong(importName)), Optional.empty()));
        }

        private Map<String, Long> one(String key, String field) {
            return Map.of(key, expected.path(field).asLong());
        }

        private void row(String name, String query, String unit, Map<String, Long> expected, Counted counted) {
            var keys = new TreeSet<>(expected.keySet());
            keys.addAll(counted.rows().keySet());
            var different = keys.stream()
                    .filter(key -> !expected.getOrDefault(key, 0L)
                            .equals(counted.rows().getOrDefault(key, 0L)))
                    .map(key -> new Difference(
                            key, expected.getOrDefault(key, 0L), counted.rows().getOrDefault(key, 0L)))
                    .toList();
            rows.add(new Row(
                    name,
                    query,
                    unit,
                    sum(expected),
                    sum(counted.rows()),
                    keys.size(),
                    keys.size() - different.size(),
                    counted.settled(),
                    verdict(span + name, different.isEmpty(), counted),
                    different.stream().limit(MOST_DIFFERENCES).toList()));
        }

        private Agreement verdict(String key, boolean equal, Counted counted) {
            var before = stood.get(key);
            if (before == null || !before.counted().equals(counted.rows())) {
                if (stood.size() >= MOST_NUMBERS) {
                    stood.clear();
                }
                before = new Stood(counted.rows(), now);
                stood.put(key, before);
            }
            if (equal) {
                return Agreement.EQUAL;
            }
            var stands = !now.isBefore(before.since().plus(STOOD_STILL));
            return unread < NORMAL_LAG && (stands || counted.settled().orElse(false))
                    ? Agreement.DIFFERS
                    : Agreement.NOT_SETTLED_YET;
        }
    }

    /** Sums a number of the rows by one of their fields; they are settled if each of them is. */
    private static Counted counted(JsonNode answer, String key, String number) {
        var sums = new TreeMap<String, Long>();
        Optional<Boolean> settled = Optional.empty();
        for (var row : answer) {
            sums.merge(row.path(key).asText(), whole(row.path(number)), Long::sum);
            if (row.has("settled")) {
                settled =
                        Optional.of(settled.orElse(true) && row.path("settled").asBoolean());
            }
        }
        return new Counted(sums, settled);
    }

    private static Counted sum(JsonNode answer, String number) {
        var rows = counted(answer, "currency", number);
        return new Counted(Map.of(number, sum(rows.rows())), rows.settled());
    }

    private static long sum(Map<String, Long> rows) {
        return rows.values().stream().mapToLong(Long::longValue).sum();
    }

    /** A count, or an amount in its minor unit: amounts come as texts, and feeds have currencies of two digits. */
    private static long whole(JsonNode number) {
        return number.isTextual()
                ? new BigDecimal(number.asText()).movePointRight(2).longValue()
                : number.asLong();
    }

    private static Map<String, Long> numbers(JsonNode object) {
        var numbers = new TreeMap<String, Long>();
        object.properties()
                .forEach(
                        number -> numbers.put(number.getKey(), number.getValue().asLong()));
        return numbers;
    }

    private static String text(Agreement verdict) {
        return switch (verdict) {
            case EQUAL -> "equal";
            case NOT_SETTLED_YET -> "not settled yet";
            case DIFFERS -> "differs";
        };
    }

    private static Map<String, Object> json(Row row) {
        var json = new LinkedHashMap<String, Object>();
        json.put("name", row.name());
        json.put("query", row.query());
        json.put("unit", row.unit());
        json.put("expected", row.expected());
        json.put("counted", row.counted());
        json.put("rows", row.rows());
        json.put("equalRows", row.equalRows());
        json.put("settled", row.settled().orElse(null));
        json.put("verdict", text(row.verdict()));
        json.put("differences", row.differences());
        return json;
    }
}
