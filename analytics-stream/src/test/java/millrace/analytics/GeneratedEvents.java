package millrace.analytics;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import millrace.events.ClickEvent;
import millrace.events.ClickEvent.ActionTracked;
import millrace.events.ClickEvent.PageViewed;
import millrace.events.OrderEvent;
import millrace.events.OrderEvent.OrderAccepted;
import millrace.events.OrderLine;
import millrace.events.TransactionEvent;
import millrace.events.TransactionEvent.OrderPlaced;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

/**
 * Generated clicks in three partitions, whose event times are 20 hours apart, and orders. The random seed is fixed, so
 * every instance has the same events. Each partition contains events out of order, events as old as those of another
 * partition, late events and duplicates.
 */
final class GeneratedEvents {
    static final int PARTITIONS = 3;

    private static final Instant START = Instant.parse("2015-05-17T00:00:00Z");
    private static final int EVENTS = 600;
    private static final int HOT = 30;
    private static final List<ClickEvent.Campaign> CAMPAIGNS =
            List.of(new ClickEvent.Campaign("may", "mail", null), new ClickEvent.Campaign("june", "search", null));

    final List<List<ClickEvent>> clicks = new ArrayList<>();
    final List<TransactionEvent> transactions = new ArrayList<>();
    final List<OrderEvent> orders = new ArrayList<>();

    private final Random random = new Random(42);
    private int ids;

    GeneratedEvents() {
        for (var partition = 0; partition < PARTITIONS; partition++) {
            clicks.add(clicks(partition));
        }
        clicks.forEach(this::order);
    }

    private List<ClickEvent> clicks(int partition) {
        var visitors = IntStream.range(0, 36)
                .mapToObj(number -> "v" + number)
                .filter(name -> BuiltInPartitioner.partitionForKey(name.getBytes(), PARTITIONS) == partition)
                .toList();
        var begin = START.plus(Duration.ofHours(20L * partition));
        var log = new ArrayList<ClickEvent>();
        for (var number = 0; number < EVENTS; number++) {
            var clock = begin.plusSeconds(70L * number);
            log.add(
                    number % 5 == 4
                            ? log.get(random.nextInt(log.size()))
                            : click(any(visitors), clock.minus(behind(number))));
        }
        if (partition == PARTITIONS - 1) {
            var end = begin.plusSeconds(70L * EVENTS);
            log.addFirst(view(any(visitors), "hot", begin));
            IntStream.range(0, HOT).forEach(view -> log.add(view(any(visitors), "hot", end.plusSeconds(view))));
        }
        return log;
    }

    private Duration behind(int number) {
        if (number % 11 == 10) {
            return Duration.ofSeconds(random.nextInt(25 * 3600, 35 * 3600));
        }
        if (number % 7 == 6) {
            return Duration.ofSeconds(random.nextInt(17 * 3600, 23 * 3600));
        }
        return number % 3 == 2 ? Duration.ofSeconds(random.nextInt(90 * 60)) : Duration.ZERO;
    }

    private ClickEvent click(String visitor, Instant time) {
        var source = random.nextInt(4) == 0 ? "blog" : "shop";
        var campaign = random.nextInt(10) == 0 ? any(CAMPAIGNS) : null;
        var context = new ClickEvent.Context(null, visitor.endsWith("1") ? "iPhone Mobile" : null, campaign);
        var product = new ClickEvent.Action("p" + random.nextInt(15), null);
        return switch (random.nextInt(5)) {
            case 0, 1, 2 -> {
                var page = new ClickEvent.Page("/" + random.nextInt(6), null, null, null);
                yield new PageViewed(id(), source, visitor, null, time, time, null, page, context, null);
            }
            case 3 -> new ActionTracked(id(), source, visitor, null, time, time, "Product Viewed", product, context);
            default -> new ActionTracked(id(), source, visitor, null, time, time, "Product Added", product, context);
        };
    }

    private ClickEvent view(String visitor, String product, Instant time) {
        var thing = new ClickEvent.Action(product, null);
        return new ActionTracked(id(), "shop", visitor, null, time, time, "Product Viewed", thing, null);
    }

    /** Every eighth click leads to an order soon; some orders are delivered late, or twice. */
    private void order(List<ClickEvent> log) {
        for (var number = 0; number < log.size(); number += 8) {
            var click = log.get(number);
            var time = click.timestamp().plusSeconds(random.nextInt(40 * 60));
            var id = "o" + ids++;
            var lines = List.of(new OrderLine("p" + random.nextInt(15), null, 1 + random.nextInt(3), 100));
            var total = 100 * lines.getFirst().quantity();
            transactions.add(new OrderPlaced(
                    "t" + id, "shop", id, null, click.visitor(), "France", "GBP", total, true, lines, time, time));
            orders.add(new OrderAccepted(
                    "e" + id, id, 1, "t" + id, "shop", "France", "GBP", total, true, lines, time, time));
            if (number % 5 == 0) {
                orders.add(orders.get(random.nextInt(orders.size())));
            }
        }
    }

    private String id() {
        return "m" + ids++;
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
