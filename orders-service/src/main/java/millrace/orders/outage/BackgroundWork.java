package millrace.orders.outage;

import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.vertx.MutinyHelper;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Runs work that has no caller, and returns work to the thread of its caller. Every other method of this service returns
 * its {@code Uni} to a request or to a channel, which subscribes; only this class subscribes, waits and changes threads.
 *
 * <p>Hibernate Reactive works on the thread of a Vert.x context only. A request and a poll have a context. Work without a
 * caller receives a context of its own here. Timers complete on other threads: work that they start again returns to
 * the context in which it was created.
 */
@ApplicationScoped
public class BackgroundWork {
    private static final Logger LOG = Logger.getLogger(BackgroundWork.class);

    private final Vertx vertx;
    private final List<Cancellable> periodic = new CopyOnWriteArrayList<>();

    BackgroundWork(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Returns the work, which starts in the current context whichever thread subscribes. */
    public static <T> Uni<T> inCurrentContext(Uni<T> work) {
        var context = Vertx.currentContext();
        return context == null ? work : work.runSubscriptionOn(MutinyHelper.executor(context));
    }

    /**
     * Starts the work at an interval until the service stops; work that takes longer delays the next run. A failure is
     * logged at level debug, and the next run makes up for it.
     */
    public void every(Duration interval, Supplier<Uni<?>> work) {
        periodic.add(Multi.createFrom()
                .ticks()
                .every(interval)
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(tick -> work.get()
                        .replaceWithVoid()
                        .onFailure()
                        .invoke(failure -> LOG.debugf("Work in the background fails now: %s", failure))
                        .onFailure()
                        .recoverWithNull())
                .subscribe()
                .with(done -> {}));
    }

    /** Starts work whose result only {@code then} needs. */
    public static <T> void start(Uni<T> work, Consumer<T> then, Consumer<Throwable> onFailure) {
        work.subscribe().with(then, onFailure);
    }

    /** Runs the work in a context of its own and waits for it without limit; blocks the calling thread. */
    public <T> T await(Supplier<Uni<T>> work) {
        var context = VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext());
        VertxContextSafetyToggle.setContextSafe(context, true);
        return Uni.createFrom()
                .<T>deferred(work::get)
                .runSubscriptionOn(MutinyHelper.executor(context))
                .await()
                .indefinitely();
    }

    @PreDestroy
    void stop() {
        periodic.forEach(Cancellable::cancel);
    }
}
