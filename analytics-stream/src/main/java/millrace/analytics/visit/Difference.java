package millrace.analytics.visit;

import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import millrace.analytics.tally.Count;
import millrace.analytics.visit.Told.OfFunnel;

/** What of an outcome has not been told yet. */
final class Difference {
    private final Outcome told;
    private final Outcome toTell;

    private Difference(Outcome told, Outcome toTell) {
        this.told = told;
        this.toTell = toTell;
    }

    static Difference between(Outcome told, Outcome toTell) {
        return new Difference(told, toTell);
    }

    /** Each with the key of its record. */
    void forEach(BiConsumer<String, Told> change) {
        changed(told.visits(), toTell.visits(), Told.OfVisit::new, change);
        changed(told.carts(), toTell.carts(), Told.OfCart::new, change);
        changed(told.orders(), toTell.orders(), Told.OfOrder::new, change);
        var places = new HashSet<>(told.funnel().keySet());
        places.addAll(toTell.funnel().keySet());
        for (var place : places) {
            var moved = moved(told.funnel().get(place), toTell.funnel().get(place));
            if (IntStream.range(0, moved.length).anyMatch(step -> moved[step] != 0)) {
                change.accept(place.key(), new OfFunnel(new Count(place.key(), place.source(), moved, 0)));
            }
        }
    }

    /** What is gone comes first: a reader never sees a click in two visits. */
    private static <V> void changed(
            Map<String, V> before, Map<String, V> after, Function<V, Told> telling, BiConsumer<String, Told> change) {
        before.keySet().stream()
                .filter(key -> !after.containsKey(key))
                .forEach(key -> change.accept(key, telling.apply(null)));
        after.forEach((key, value) -> {
            if (!Objects.equals(value, before.get(key))) {
                change.accept(key, telling.apply(value));
            }
        });
    }

    private static long[] moved(long[] before, long[] after) {
        var moved = after == null ? new long[before.length] : after.clone();
        for (var step = 0; before != null && step < moved.length; step++) {
            moved[step] -= before[step];
        }
        return moved;
    }
}
