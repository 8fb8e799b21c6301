package millrace.orders;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.MutinyHelper;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.ServiceUnavailableException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import millrace.events.OrderEvent.OrderErased;
import millrace.orders.outage.DatabaseAnswer;

/** Those who follow an order live. */
@ApplicationScoped
class Followers {
    /** More are told to come back later: each looks into the database four times a second. */
    private static final int MOST = 100;

    /** Of those as many may have one key: nobody keeps the others out. */
    private static final int MOST_OF_ONE = 40;

    private static final long RETRY_AFTER_SECONDS = 10;
    private static final Duration PAUSE = Duration.ofMillis(250);

    /** Then a follower has to ask again, which it does by itself, and goes on where it was. */
    private static final Duration LONGEST = Duration.ofMinutes(10);

    /** So that routers do not take a quiet order for a dead connection, and nobody waits on for one that is gone. */
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(15);

    private static final String ERASED = OrderErased.class.getSimpleName();

    private final History history;
    private final Map<String, Integer> byCaller = new HashMap<>();

    Followers(History history) {
        this.history = history;
    }

    /** @param lastEventId {@code null} where there is none */
    static long version(String lastEventId) {
        if (lastEventId == null || lastEventId.isEmpty()) {
            return 0;
        }
        if (!lastEventId.matches("[0-9]{1,18}")) {
            throw new BadRequestException("Last-Event-ID must be the version of an order's event.");
        }
        return Long.parseLong(lastEventId);
    }

    /**
     * The order's events after that version, and then each as it comes; it ends with the order's erasure.
     *
     * @param caller name of the API key
     */
    Multi<OutboundSseEvent> follow(String orderId, long version, String caller, Sse sse) {
        enter(caller);
        var here = MutinyHelper.executor(Vertx.currentContext());
        var seen = new AtomicLong(version);
        var events = Multi.createBy()
                .repeating()
                .uni(() -> next(orderId, seen).runSubscriptionOn(here))
                .withDelay(PAUSE)
                .indefinitely()
                .onItem()
                .<HistoryEntry>disjoint()
                .onItem()
                .<Optional<OutboundSseEvent>>transformToIterable(entry -> ERASED.equals(entry.type())
                        ? List.of(Optional.of(event(entry, sse)), Optional.empty())
                        : List.of(Optional.of(event(entry, sse))));
        var signs = Multi.createFrom()
                .ticks()
                .every(SIGN_OF_LIFE)
                .onOverflow()
                .drop()
                .map(tick -> Optional.of(sse.newEventBuilder().comment("").build()));
        return history.isErased(orderId)
                .runSubscriptionOn(here)
                .invoke(erased -> {
                    if (erased) {
                        throw new ClientErrorException("Order " + orderId + " was erased.", Response.Status.GONE);
                    }
                })
                .onItem()
                .transformToMulti(known -> Multi.createBy().merging().streams(events, signs))
                .select()
                .first(Optional::isPresent)
                .map(Optional::get)
                .select()
                .first(LONGEST)
                .onFailure()
                .transform(DatabaseAnswer::to)
                .onTermination()
                .invoke(() -> leave(caller));
    }

    private synchronized void enter(String caller) {
        int own = byCaller.getOrDefault(caller, 0);
        if (own >= MOST_OF_ONE) {
            throw new ServiceUnavailableException(
                    "This API key follows %d orders already.".formatted(own), RETRY_AFTER_SECONDS);
        }
        if (byCaller.values().stream().mapToInt(Integer::intValue).sum() >= MOST) {
            throw new ServiceUnavailableException("Too many follow orders already.", RETRY_AFTER_SECONDS);
        }
        byCaller.put(caller, own + 1);
    }

    private synchronized void leave(String caller) {
        byCaller.computeIfPresent(caller, (name, own) -> own == 1 ? null : own - 1);
    }

    private Uni<List<HistoryEntry>> next(String orderId, AtomicLong seen) {
        return history.after(orderId, seen.get())
                .invoke(entries -> entries.forEach(entry -> seen.set(entry.version())));
    }

    private static OutboundSseEvent event(HistoryEntry entry, Sse sse) {
        return sse.newEventBuilder()
                .id(Long.toString(entry.version()))
                .name(entry.type())
                .mediaType(MediaType.APPLICATION_JSON_TYPE)
                .data(entry.text())
                .build();
    }
}
