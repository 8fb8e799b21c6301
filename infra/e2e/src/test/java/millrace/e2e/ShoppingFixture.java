package millrace.e2e;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import millrace.events.ClickEvent;
import millrace.events.ClickEvent.ActionTracked;
import millrace.events.ClickEvent.PageViewed;
import millrace.events.OrderEvent.OrderAccepted;
import millrace.events.OrderLine;
import millrace.events.TransactionEvent.OrderPlaced;

/**
 * Thirty hours of traffic of many visitors at two sources, equal in each run. Events are out of order but never late,
 * and every tenth is a repeat. The watermarks of all partitions end at the same time, and no timer is due in the
 * minutes after it.
 */
final class ShoppingFixture {
    private static final Instant START = Instant.parse("2015-05-17T00:00:00Z");
    private static final Duration LENGTH = Duration.ofHours(30);
    private static final Instant END = START.plus(LENGTH).plusSeconds(600);
    static final ClickEvent.Campaign MAY = new ClickEvent.Campaign("may", "mail", null);
    private static final int CLOSERS = 12;

    final List<ClickEvent> clicks = new ArrayList<>();
    final List<OrderPlaced> placed = new ArrayList<>();
    final List<OrderAccepted> accepted = new ArrayList<>();

    private final int visitors;
    private final Random random = new Random(42);
    private final Set<Instant> times = new HashSet<>();

    ShoppingFixture(int clicks, int visitors, int orders) {
        this.visitors = visitors;
        for (int number = 0; number < clicks; number++) {
            this.clicks.add(number % 10 == 9 ? earlier(3_000) : click(number, LENGTH.dividedBy(clicks)));
        }
        for (int number = 0; number < CLOSERS; number++) {
            this.clicks.add(view("end-" + number, "shop", "closer-" + number, "/end", END));
            this.clicks.add(view("end-blog-" + number, "blog", "closer-" + number, "/end", END));
        }
        for (int number = 0; number < orders; number++) {
            order("o" + number, this.clicks.get((int) (clicks * 0.9 * number / orders)), number % 10);
        }
    }

    private ClickEvent earlier(int most) {
        return clicks.get(clicks.size() - 1 - random.nextInt(Math.min(most, clicks.size())));
    }

    private ClickEvent click(int number, Duration step) {
        var time = free(START.plus(step.multipliedBy(number)).minusSeconds(random.nextInt(6) == 0 ? 900 : 0));
        var visitor = "v" + random.nextInt(visitors);
        var id = "m" + number;
        var kind = random.nextInt(10);
        if (kind < 7) {
            var source = random.nextInt(5) == 0 ? "blog" : "shop";
            return view(id, source, visitor, "/" + random.nextInt(40), time);
        }
        var thing = new ClickEvent.Action("p" + random.nextInt(30), (long) kind - 6);
        var event = kind < 9 ? "Product Viewed" : "Product Added";
        return new ActionTracked(id, "shop", visitor, null, time, time, event, thing, context(visitor));
    }

    /** A unique time, after which no visit would end or be settled just when the watermarks have ended. */
    private Instant free(Instant time) {
        var free = time;
        while (!times.add(free)
                || isDueAfter(free, Duration.ofMinutes(30))
                || isDueAfter(free, Duration.ofMinutes(1470))) {
            free = free.minusMillis(1_001);
        }
        return free;
    }

    private static boolean isDueAfter(Instant time, Duration wait) {
        var due = time.plus(wait);
        return due.isAfter(END) && due.isBefore(END.plusSeconds(600));
    }

    private static ClickEvent view(String id, String source, String visitor, String path, Instant time) {
        var page = new ClickEvent.Page(path, null, null, null);
        return new PageViewed(id, source, visitor, null, time, time, null, page, context(visitor), null);
    }

    private static ClickEvent.Context context(String visitor) {
        return visitor.endsWith("3") ? new ClickEvent.Context(null, null, MAY) : null;
    }

    /** Adds an order: mostly of a visitor with clicks, also without a visitor, or of a visitor without clicks. */
    private void order(String id, ClickEvent click, int kind) {
        var visitor = kind == 0 ? null : kind == 1 ? "stranger-" + id : click.visitor();
        var time = click.timestamp().plusSeconds(random.nextInt(45 * 60));
        var country = random.nextInt(3) == 0 ? "Japan" : "France";
        var lines = List.of(
                new OrderLine("p" + random.nextInt(15), null, 1 + random.nextInt(3), 150),
                new OrderLine("p" + (15 + random.nextInt(15)), null, 1, 99));
        var total = lines.stream()
                .mapToLong(line -> line.quantity() * line.unitPriceMinor())
                .sum();
        placed.add(
                new OrderPlaced("t" + id, "shop", id, null, visitor, country, "GBP", total, true, lines, time, time));
        accepted.add(
                new OrderAccepted("e" + id, id, 1, "t" + id, "shop", country, "GBP", total, true, lines, time, time));
        if (kind == 2) {
            accepted.add(accepted.get(accepted.size() - 1 - random.nextInt(Math.min(20, accepted.size()))));
        }
    }
}
