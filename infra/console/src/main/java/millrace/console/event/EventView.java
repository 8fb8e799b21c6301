package millrace.console.event;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import millrace.console.call.Access;
import millrace.console.call.ConsoleException;
import millrace.console.call.ConsoleRoutes;
import millrace.console.call.Request;
import millrace.console.feed.Feeds;
import millrace.console.view.Deployment;
import millrace.console.view.View;
import millrace.events.Json;

/** Follows one event through all processes: one that is there, or one that it sends. */
public final class EventView implements View {
    private static final Duration SPAN = Duration.ofHours(1);
    private static final Duration ANSWERS_WITHIN = Duration.ofMillis(700);

    /** Followed at a time; each has a consumer. One more ends the first of them. */
    private static final int MOST_AT_A_TIME = 4;

    /** With those that end: a search ends after its present question. */
    static final int MOST_BUSY = 8;

    private static final int MOST_KEPT = 20;

    private final Deployment deployment;
    private final Map<String, Followed> followed = new LinkedHashMap<>();

    private record Followed(EventFollower follower, Optional<EventFollower.Sample> sample) {}

    /**
     * What is known by now.
     *
     * @param follow names it for the next question
     * @param ended whether nothing more comes
     * @param curl command that sends such an event; null where this console did not send it
     */
    private record Answer(
            String follow,
            boolean ended,
            Instant now,
            Instant until,
            EventTrace trace,
            List<EventFollower.Other> others,
            List<String> notes,
            String curl) {}

    public EventView(Deployment deployment) {
        this.deployment = deployment;
    }

    @Override
    public String name() {
        return "event";
    }

    @Override
    public boolean isAvailable(Deployment deployment) {
        return Set.of("orders", "analytics", "audit").stream().anyMatch(deployment::has);
    }

    @Override
    public void addTo(ConsoleRoutes routes, Feeds feeds) {
        routes.get("/api/event", request -> Map.of("sends", maySend(request.access())));
        routes.post("/api/event/find", this::find);
        routes.post("/api/event/click", request -> send(request, SampleEvents.click()));
        routes.post("/api/event/order", request -> send(request, SampleEvents.order()));
        routes.get("/api/event/follow/{id}", request -> answer(request.parameter("id"), Duration.ZERO));
    }

    private Answer find(Request request) throws InterruptedException {
        var name = EventName.parse(request.required("name"));
        var follower = new EventFollower(deployment, request.access(), SPAN);
        var id = begin(new Followed(follower, Optional.empty()), () -> follower.find(name));
        return answer(id, ANSWERS_WITHIN);
    }

    private Answer send(Request request, EventFollower.Sample sample) throws InterruptedException {
        if (!maySend(request.access())) {
            throw new ConsoleException(
                    403, "This session has no write key: events are sent from here only where bin/up runs.");
        }
        var follower = new EventFollower(deployment, request.access(), SPAN);
        var id = begin(new Followed(follower, Optional.of(sample)), () -> follower.send(sample));
        return answer(id, ANSWERS_WITHIN);
    }

    private boolean maySend(Access access) {
        return deployment.has("web") && access.writeKey().isPresent();
    }

    private String begin(Followed one, Runnable start) {
        synchronized (followed) {
            var busy = followed.values().stream()
                    .map(Followed::follower)
                    .filter(EventFollower::isBusy)
                    .toList();
            if (busy.size() >= MOST_BUSY) {
                throw new ConsoleException(429, MOST_BUSY + " searches are running already: try again in a moment.");
            }
            busy.stream().limit(Math.max(0, busy.size() - MOST_AT_A_TIME + 1)).forEach(EventFollower::close);
            if (followed.size() >= MOST_KEPT) {
                followed.entrySet().stream()
                        .filter(old -> !old.getValue().follower().isBusy())
                        .map(Map.Entry::getKey)
                        .findFirst()
                        .ifPresent(followed::remove);
            }
            var id = UUID.randomUUID().toString();
            followed.put(id, one);
            start.run();
            return id;
        }
    }

    private Answer answer(String id, Duration within) throws InterruptedException {
        Followed one;
        synchronized (followed) {
            one = followed.get(id);
        }
        if (one == null) {
            throw ConsoleException.notFound("This event is not followed any more: search for it again.");
        }
        var follower = one.follower();
        follower.await(within);
        var ended = follower.isEnded();
        var trace = follower.trace();
        if (follower.failure().isPresent() && trace.event() == null) {
            throw follower.failure().get();
        }
        return new Answer(
                id,
                ended,
                Instant.now(),
                follower.until(),
                trace,
                follower.others(),
                follower.notes(),
                one.sample().map(this::curl).orElse(null));
    }

    private String curl(EventFollower.Sample sample) {
        return "curl -u \"$(bin/key shop):\" -H 'Content-Type: application/json' -H 'traceparent: %s' -d '%s' %s%s"
                .formatted(
                        sample.traceparent(),
                        Json.text(sample.body()),
                        deployment.service("web").url(),
                        sample.path());
    }
}
