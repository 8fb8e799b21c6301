package millrace.console.numbers;

import static java.time.temporal.ChronoUnit.MINUTES;
import static java.time.temporal.ChronoUnit.SECONDS;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import millrace.console.call.ConsoleException;
import millrace.console.view.ServiceClient;

/**
 * Page views and revenue of each of the last 60 minutes. It asks for the latest minutes each time, and for all of them
 * every 30 s, because a late event changes an older one.
 */
final class LiveMinutes {
    static final Duration WINDOW = Duration.ofMinutes(60);

    private static final Duration SHORTEST = Duration.ofMinutes(10);
    private static final Duration LATEST = Duration.ofMinutes(2);
    private static final Duration ALL_EVERY = Duration.ofSeconds(30);
    private static final int PAGE = 2_000;
    private static final int MOST_PAGES = 30;
    private static final int MOST_CURRENCIES = 4;

    private final NavigableMap<Instant, Minute> minutes = new TreeMap<>();
    private Instant allAskedAt = Instant.MIN;
    private boolean complete = true;

    /** Asks a query of analytics for its rows. */
    @FunctionalInterface
    interface Query {
        /** @throws ConsoleException if it is refused or does not answer */
        JsonNode rows(String path) throws InterruptedException;
    }

    /** Sums of one minute; a minute without a row is not settled, because an event may still come. */
    private static final class Minute {
        private long views;
        private boolean viewsSettled;
        private final Map<String, Sales> sales = new TreeMap<>();
    }

    private record Sales(long orders, BigDecimal revenue, long refunds, BigDecimal refunded, boolean settled) {}

    /** Brings the minutes up to date. A failure leaves those of before. */
    synchronized void refresh(Query query, Instant now) throws InterruptedException {
        var all = !now.isBefore(allAskedAt.plus(ALL_EVERY));
        var from = now.minus(all ? WINDOW : LATEST).truncatedTo(MINUTES);
        var fresh = new TreeMap<Instant, Minute>();
        var enough = views(query, from, fresh);
        for (var row : query.rows("/revenue?by=minute&limit=10000&from=" + from)) {
            minute(fresh, row)
                    .sales
                    .put(
                            row.path("currency").asText(),
                            new Sales(
                                    row.path("orders").asLong(),
                                    new BigDecimal(row.path("revenue").asText("0")),
                                    row.path("refunds").asLong(),
                                    new BigDecimal(row.path("refunded").asText("0")),
                                    row.path("settled").asBoolean()));
        }
        minutes.tailMap(from, true).clear();
        minutes.putAll(fresh);
        minutes.headMap(now.minus(WINDOW).truncatedTo(MINUTES), false).clear();
        minutes.tailMap(now.plus(WINDOW), false).clear();
        if (all) {
            allAskedAt = now;
            complete = enough;
        }
    }

    /** Returns true if all rows were read. */
    private static boolean views(Query query, Instant from, Map<Instant, Minute> fresh) throws InterruptedException {
        var after = "";
        for (var page = 0; page < MOST_PAGES; page++) {
            var rows = query.rows("/page-views?by=minute&limit=" + PAGE + "&from=" + from + after);
            for (var row : rows) {
                var minute = minute(fresh, row);
                minute.viewsSettled = row.path("settled").asBoolean() && (minute.views == 0 || minute.viewsSettled);
                minute.views += row.path("views").asLong();
            }
            if (rows.size() < PAGE) {
                return true;
            }
            var last = rows.get(PAGE - 1);
            after = "&after="
                    + ServiceClient.part(last.path("start").asText() + "|"
                            + last.path("page").asText());
        }
        return false;
    }

    private static Minute minute(Map<Instant, Minute> minutes, JsonNode row) {
        return minutes.computeIfAbsent(Instant.parse(row.path("start").asText()), start -> new Minute());
    }

    /** Values for the charts: a list of times, and a list of the same length for each number; most orders first. */
    synchronized Map<String, Object> value(Instant now) {
        var times = times(now);
        var shown = times.stream()
                .map(time -> minutes.getOrDefault(time, new Minute()))
                .toList();
        var value = new LinkedHashMap<String, Object>();
        value.put("at", now.truncatedTo(SECONDS).toString());
        value.put("complete", complete);
        value.put("times", times.stream().map(Instant::getEpochSecond).toList());
        value.put("views", shown.stream().map(minute -> minute.views).toList());
        value.put(
                "viewsSettled",
                shown.stream().map(minute -> minute.viewsSettled).toList());
        value.put("viewsTotal", shown.stream().mapToLong(minute -> minute.views).sum());
        var orders = new TreeMap<String, Long>();
        shown.forEach(
                minute -> minute.sales.forEach((currency, sales) -> orders.merge(currency, sales.orders(), Long::sum)));
        value.put("currencies", orders.size());
        value.put(
                "revenue",
                orders.entrySet().stream()
                        .sorted(Map.Entry.<String, Long>comparingByValue()
                                .reversed()
                                .thenComparing(Map.Entry.comparingByKey()))
                        .limit(MOST_CURRENCIES)
                        .map(currency -> revenue(currency.getKey(), shown))
                        .toList());
        return value;
    }

    /** From the first minute that has counted, and at least ten minutes, to the minute that is not over. */
    private List<Instant> times(Instant now) {
        var last = now.truncatedTo(MINUTES);
        var first = last.minus(SHORTEST);
        if (!minutes.isEmpty() && minutes.firstKey().isBefore(first)) {
            first = minutes.firstKey();
        }
        var times = new ArrayList<Instant>();
        for (var time = first; !time.isAfter(last); time = time.plus(1, MINUTES)) {
            times.add(time);
        }
        return times;
    }

    private static Map<String, Object> revenue(String currency, List<Minute> shown) {
        var none = new Sales(0, BigDecimal.ZERO, 0, BigDecimal.ZERO, false);
        var sales = shown.stream()
                .map(minute -> minute.sales.getOrDefault(currency, none))
                .toList();
        var revenue = new LinkedHashMap<String, Object>();
        revenue.put("currency", currency);
        revenue.put("values", sales.stream().map(Sales::revenue).toList());
        revenue.put("settled", sales.stream().map(Sales::settled).toList());
        revenue.put("orders", sales.stream().mapToLong(Sales::orders).sum());
        revenue.put("total", sum(sales.stream().map(Sales::revenue).toList()));
        revenue.put("refunds", sales.stream().mapToLong(Sales::refunds).sum());
        revenue.put("refunded", sum(sales.stream().map(Sales::refunded).toList()));
        return revenue;
    }

    private static String sum(List<BigDecimal> amounts) {
        return amounts.stream().reduce(BigDecimal.ZERO, BigDecimal::add).toPlainString();
    }
}
