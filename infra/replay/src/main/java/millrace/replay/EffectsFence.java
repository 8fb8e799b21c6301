package millrace.replay;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import millrace.replay.Fold.Last;
import millrace.replay.Fold.Row;

/**
 * The fence between two generations of a job of Kafka Streams, by what is on the channels of its effects: what the live
 * generation has said the successor does not say again; what the successor has said on its own topic and the live one has not,
 * is said.
 */
final class EffectsFence {
    /** A killed process leaves a transaction open until the broker ends it: after ten seconds (Kafka Streams), and some. */
    private static final Duration ENDED_WITHIN = Duration.ofSeconds(60);

    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final Site site;

    EffectsFence(Site site) {
        this.site = site;
    }

    /** A partition of the channel, and of the topic that a generation has for itself. */
    private record Place(ChannelPair pair, int partition, PartitionReader live, PartitionReader own) {
        Control control() {
            return Control.of(own);
        }

        void writeOwn(Site site, byte[] control) {
            Publishing.publish(site, pair.shadow(), partition, List.of(new Row(Control.KEY, control)));
        }
    }

    /** How many keys the live generation has said something of that the shadow has not said, or not so. */
    long behind(List<ChannelPair> effects) {
        try (var readers = new Readers(site)) {
            return places(effects, readers).stream()
                    .mapToLong(EffectsFence::behind)
                    .sum();
        }
    }

    private static long behind(Place place) {
        var control = place.control();
        var parts = Fold.parts(place.live(), place.own());
        var behind = 0L;
        for (var part = 0; part < parts; part++) {
            var said = Fold.of(place.live(), control.liveFrom(), part, parts);
            var own = Fold.of(place.own(), control.ownFrom(), part, parts);
            behind += said.entrySet().stream()
                    .filter(row -> !Objects.equals(row.getValue().value(), value(own.get(row.getKey()))))
                    .count();
        }
        return behind;
    }

    /** Whether a generation has been replaced by that one. */
    boolean stands(List<ChannelPair> own, int successor) {
        try (var readers = new Readers(site)) {
            return places(own, readers).stream()
                    .allMatch(place -> Objects.equals(place.control().closedFor(), successor));
        }
    }

    /** So that a generation that was replaced is rebuilt from where it was. */
    void open(List<ChannelPair> own) {
        try (var readers = new Readers(site)) {
            for (var place : places(own, readers)) {
                var control = place.control();
                if (control.closedFor() != null) {
                    place.writeOwn(site, Control.text(Optional.empty(), control.liveFrom()));
                }
            }
        }
    }

    /**
     * Says what is still to be said, then closes the old generation's own topic.
     *
     * @return how many records were published
     */
    long build(List<ChannelPair> effects, List<ChannelPair> ofOld, int successor) {
        var published = 0L;
        try (var readers = new Readers(site)) {
            for (var place : places(effects, readers)) {
                awaitNothingOpen(place);
                var rows = unsaid(place);
                Publishing.publish(site, place.pair().live(), place.partition(), rows);
                published += rows.size();
            }
            for (var place : places(ofOld, readers)) {
                place.writeOwn(
                        site, Control.text(Optional.of(successor), place.live().end()));
            }
        }
        return published;
    }

    private static List<Row> unsaid(Place place) {
        var control = place.control();
        var parts = Fold.parts(place.live(), place.own());
        var keys = new TreeSet<Hash>();
        for (var part = 0; part < parts; part++) {
            var said = Fold.of(place.live(), 0, part, parts);
            Fold.of(place.own(), control.ownFrom(), part, parts).forEach((key, own) -> {
                if (!Objects.equals(own.value(), value(said.get(key)))) {
                    keys.add(key);
                }
            });
        }
        return keys.isEmpty()
                ? List.of()
                : List.copyOf(Fold.rows(place.own(), control.ownFrom(), keys).values());
    }

    private void awaitNothingOpen(Place place) {
        var end = Instant.now().plus(ENDED_WITHIN);
        var live = place.pair().live(place.partition());
        var own = place.pair().shadow(place.partition());
        var facts = new TopicFacts(site);
        while (facts.hasOpenTransaction(live) || facts.hasOpenTransaction(own)) {
            if (Instant.now().isAfter(end)) {
                throw new CannotReplay("A transaction is open in %s or %s for more than %d s: switch again goes on."
                        .formatted(live, own, ENDED_WITHIN.toSeconds()));
            }
            Pause.of(LOOK_EVERY);
        }
    }

    private static List<Place> places(List<ChannelPair> pairs, Readers readers) {
        var places = new ArrayList<Place>();
        for (var pair : pairs) {
            IntStream.range(0, pair.channel().partitions())
                    .mapToObj(number ->
                            new Place(pair, number, readers.of(pair.live(number)), readers.of(pair.shadow(number))))
                    .forEach(places::add);
        }
        return places;
    }

    private static Hash value(Last last) {
        return last == null ? null : last.value();
    }
}
