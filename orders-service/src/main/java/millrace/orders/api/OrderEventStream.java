package millrace.orders.api;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
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
import millrace.orders.outage.BackgroundWork;
import millrace.orders.outage.DatabaseFailureMapper;
import millrace.orders.store.HistoryEntry;
import millrace.orders.store.OrderHistory;

/** Streams the events of an order as server-sent events. */
@ApplicationScoped
class OrderEventStream {
    /**
     * Streams of this process; a request for more is answered with 503, because each stream queries the database four
     * times a second.
     */
    private static final int MAX_STREAMS = 100;

    /** Streams per API key, so that one key cannot use them all. */
    private static final int MAX_STREAMS_PER_KEY = 40;

    private static final long RETRY_AFTER_SECONDS = 10;
    private static final Duration POLL_EVERY = Duration.ofMillis(250);

    /** A stream ends then; the client reconnects by itself and continues at its last event. */
    private static final Duration MAX_DURATION = Duration.ofMinutes(10);

    /** Interval of empty comments, so that routers keep an idle connection open and a lost one is noticed. */
    private static final Duration KEEP_ALIVE_EVERY = Duration.ofSeconds(15);

    private static final String ERASED = OrderErased.class.getSimpleName();

    private final OrderHistory history;
    private final Map<String, Integer> byCaller = new HashMap<>();

    OrderEventStream(OrderHistory history) {
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
     * Streams the order's events after that version, and then each new one; ends when the order is erased.
     *
     * @param caller name of the API key
     */
    Multi<OutboundSseEvent> follow(String orderId, long version, String caller, Sse sse) {
        register(caller);
        var lastVersion = new AtomicLong(version);
        var events = BackgroundWork.inCurrentContext(Uni.createFrom().deferred(() -> next(orderId, lastVersion)))
                .repeat()
                .withDelay(POLL_EVERY)
                .indefinitely()
                .onItem()
                .<HistoryEntry>disjoint()
                .onItem()
                .<Optional<OutboundSseEvent>>transformToIterable(entry -> ERASED.equals(entry.type())
                        ? List.of(Optional.of(event(entry, sse)), Optional.empty())
                        : List.of(Optional.of(event(entry, sse))));
        var keepAlives = Multi.createFrom()
                .ticks()
                .every(KEEP_ALIVE_EVERY)
                .onOverflow()
                .drop()
                .map(tick -> Optional.of(sse.newEventBuilder().comment("").build()));
        return BackgroundWork.inCurrentContext(history.isErased(orderId))
                .invoke(erased -> {
                    if (erased) {
                        throw new ClientErrorException("Order " + orderId + " was erased.", Response.Status.GONE);
                    }
                })
                .onItem()
                .transformToMulti(known -> Multi.createBy().merging().streams(events, keepAlives))
                .select()
                .first(Optional::isPresent)
                .map(Optional::get)
                .select()
                .first(MAX_DURATION)
                .onFailure()
                .transform(DatabaseFailureMapper::toHttp)
                .onTermination()
                .invoke(() -> deregister(caller));
    }

    private synchronized void register(String caller) {
        int open = byCaller.getOrDefault(caller, 0);
        if (open >= MAX_STREAMS_PER_KEY) {
            throw new ServiceUnavailableException(
                    "This API key follows %d orders already.".formatted(open), RETRY_AFTER_SECONDS);
        }
        if (byCaller.values().stream().mapToInt(Integer::intValue).sum() >= MAX_STREAMS) {
            throw new ServiceUnavailableException("Too many follow orders already.", RETRY_AFTER_SECONDS);
        }
        byCaller.put(caller, open + 1);
    }

    private synchronized void deregister(String caller) {
        byCaller.computeIfPresent(caller, (name, open) -> open == 1 ? null : open - 1);
    }

    private Uni<List<HistoryEntry>> next(String orderId, AtomicLong lastVersion) {
        return history.after(orderId, lastVersion.get())
                .invoke(entries -> entries.forEach(entry -> lastVersion.set(entry.version())));
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
