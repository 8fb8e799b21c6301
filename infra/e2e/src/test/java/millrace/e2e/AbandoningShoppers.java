package millrace.e2e;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import millrace.events.AbandonedCart;
import millrace.events.Channels;
import millrace.events.ClickEvent;
import millrace.events.ClickEvent.ActionTracked;
import millrace.events.ClickEvent.PageViewed;
import millrace.events.OrderEvent.OrderAccepted;
import millrace.events.TransactionEvent.OrderPlaced;
import millrace.local.Platform;

/** Simulated shoppers that put something into their cart and never return; every third one orders. */
final class AbandoningShoppers {
    private static final Duration EVERY = Duration.ofMillis(50);

    private final ChannelWriter writer;
    private final String name;
    private final Map<String, AbandonedCart> expectedCarts = new TreeMap<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledFuture<?> shopping;
    private int count;

    /** @param name unique name of this group */
    AbandoningShoppers(Platform platform, String name) {
        this.writer = new ChannelWriter(platform);
        this.name = name;
        shopping = clock.scheduleWithFixedDelay(this::shop, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Abandoned carts that must be announced, by key; complete after {@link #end}. */
    Map<String, AbandonedCart> expectedCarts() {
        return expectedCarts;
    }

    /** Adds one shopper. A failure ends the schedule, and {@link #end} throws it. */
    private void shop() {
        try {
            one(name + "-" + count++);
        } catch (ExecutionException e) {
            throw new IllegalStateException(name + " could not go on", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(name + " was interrupted", e);
        }
    }

    private void one(String visitor) throws ExecutionException, InterruptedException {
        var now = Instant.ofEpochMilli(System.currentTimeMillis());
        var page = new ClickEvent.Page("/" + count % 7, null, null, null);
        var view = new PageViewed(visitor + "-1", "shop", visitor, null, now, now, null, page, null, null);
        var then = now.plusMillis(1);
        var thing = new ClickEvent.Action("p" + count % 5, 2L);
        var added = new ActionTracked(visitor + "-2", "shop", visitor, null, then, then, "Product Added", thing, null);
        writer.write(Channels.CLICKS, List.<ClickEvent>of(view, added), click -> visitor);
        if (count % 3 == 0) {
            order(visitor, then.plusMillis(1));
        } else {
            var items = List.of(new AbandonedCart.Item(thing.productId(), 2));
            expectedCarts.put(then + "|shop|" + visitor, new AbandonedCart(then, "shop", visitor, then, items));
        }
    }

    private void order(String visitor, Instant time) throws ExecutionException, InterruptedException {
        var id = "o-" + visitor;
        var placed =
                new OrderPlaced("t-" + id, "shop", id, null, visitor, "France", "GBP", 5L, true, List.of(), time, time);
        var accepted =
                new OrderAccepted("e-" + id, id, 1, "t-" + id, "shop", "France", "GBP", 5, true, List.of(), time, time);
        writer.write(Channels.TRANSACTIONS, List.of(placed), order -> id);
        writer.write(Channels.ORDERS, List.of(accepted), order -> id);
    }

    /** Stops and waits until everything is written. */
    void end() throws ExecutionException, InterruptedException {
        shopping.cancel(false);
        clock.close();
        writer.close();
        if (shopping.state() == Future.State.FAILED) {
            shopping.get();
        }
    }
}
