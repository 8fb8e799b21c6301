package millrace.orders;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.MutinyHelper;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.ServiceUnavailableException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Those who follow an order live. */
@ApplicationScoped
class Followers {
    /** More are told to come back later: each looks into the database four times a second. */
    private static final int MOST = 200;

    private static final long RETRY_AFTER_SECONDS = 10;
    private static final Duration PAUSE = Duration.ofMillis(250);

    /** Then a follower has to ask again, which it does by itself, and goes on where it was. */
    private static final Duration LONGEST = Duration.ofMinutes(10);

    /** So that routers do not take a quiet order for a dead connection, and nobody waits on for one that is gone. */
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(15);

    private final History history;
    private final AtomicInteger followers = new AtomicInteger();

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

    /** The order's events after that version, and then each as it comes. */
    Multi<OutboundSseEvent> follow(String orderId, long version, Sse sse) {
        if (followers.incrementAndGet() > MOST) {
            followers.decrementAndGet();
            throw new ServiceUnavailableException("Too many follow orders already.", RETRY_AFTER_SECONDS);
        }
        var here = MutinyHelper.executor(Vertx.currentContext());
        var seen = new AtomicLong(version);
        var events = Multi.createBy()
                .repeating()
                .uni(() -> next(orderId, seen).runSubscriptionOn(here))
                .withDelay(PAUSE)
                .indefinitely()
                .onItem()
                .<HistoryEntry>disjoint()
                .map(entry -> event(entry, sse));
        var signs = Multi.createFrom()
                .ticks()
                .every(SIGN_OF_LIFE)
                .onOverflow()
                .drop()
                .map(tick -> sse.newEventBuilder().comment("").build());
        return Multi.createBy()
                .merging()
                .streams(events, signs)
                .select()
                .first(LONGEST)
                .onTermination()
                .invoke(followers::decrementAndGet);
    }

    private Uni<List<HistoryEntry>> next(String orderId, AtomicLong seen) {
        return history.after(orderId, seen.get())
                .invoke(entries -> entries.forEach(entry -> seen.set(entry.version())));
    }

    private static OutboundSseEvent event(HistoryEntry entry, Sse sse) {
        return sse.newEventBuilder()
                .id(Long.toString(entry.version()))
                .name(entry.event().getClass().getSimpleName())
                .mediaType(MediaType.APPLICATION_JSON_TYPE)
                .data(entry.text())
                .build();
    }
}
