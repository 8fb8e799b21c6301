package millrace.replay;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/**
 * What only the archive has of channels: it is restored onto others, the shadow reads those to their end, and then its group
 * goes on with the channels themselves, where the archive ended. Killed at any point it is begun again and goes on: what
 * is restored is not restored twice, and where the group stands the broker knows.
 */
final class ArchiveReading {
    /** How often retention may overtake it before it gives up. */
    private static final int ROUNDS = 5;

    private final Desk desk;
    private final int live;
    private final int generation;
    private final Restored restored;
    private final ArchiveEnds ends;
    private final List<String> begun;

    ArchiveReading(Desk desk, int live, int generation) {
        this.desk = desk;
        this.live = live;
        this.generation = generation;
        this.restored = new Restored(desk.site(), desk.name(), generation);
        this.ends = new ArchiveEnds(desk);
        this.begun = restored.begun(desk.rebuilt().channels());
    }

    /** Whether one was begun and is not over: nothing but that may go on with the generation. */
    boolean isUnderWay() {
        return !begun.isEmpty() && !hasMovedOn(begun);
    }

    /** False where it was stopped before its end. @throws CannotReplay where nobody has what is missing */
    boolean run(Optional<Integer> rate, StopWish stop) {
        var channels = begun.isEmpty() ? lost() : begun;
        if (channels.isEmpty()) {
            desk.say("The broker has the channels from their first record on: nothing has to be restored.");
            return true;
        }
        if (!hasMovedOn(channels)) {
            provide(channels);
            return read(channels, rate, stop);
        }
        if (begun.isEmpty()) {
            throw new CannotReplay(
                    "Generation %d of %s was begun without the archive: bin/replay drop %s --generation %d makes room for another."
                            .formatted(generation, desk.name(), desk.name(), generation));
        }
        return true;
    }

    private void provide(List<String> channels) {
        ends.requireNoHole(desk.offsets().first(channels));
        var lacks = restored.lacks(channels, desk.rebuilt().group(generation)).stream()
                .map(Rebuilt.Lack::command)
                .collect(Collectors.joining("\n  "));
        if (!lacks.isEmpty()) {
            throw new CannotReplay("The platform lacks channels to restore into:\n  " + lacks);
        }
        restored.provide(channels);
    }

    private boolean read(List<String> channels, Optional<Integer> rate, StopWish stop) {
        for (var round = 1; round <= ROUNDS; round++) {
            var archived = archived(channels);
            restore(channels);
            if (!readRestored(channels, rate, stop)) {
                return false;
            }
            if (goOn(channels, archived)) {
                return true;
            }
        }
        throw new CannotReplay(
                "Retention has overtaken what was restored %d times: see that audit keeps up.".formatted(ROUNDS));
    }

    private void restore(List<String> channels) {
        for (var channel : channels) {
            desk.say("Restoring %s from the archive into %s.", channel, restored.name(channel));
            new AuditTool(desk.site())
                    .run(desk.out(), "restore", "--channel", channel, "--into", restored.name(channel));
        }
    }

    /** False where it was stopped before its end. */
    private boolean readRestored(List<String> channels, Optional<Integer> rate, StopWish stop) {
        var input = new RestoredInput(desk.rebuilt(), restored.names(channels));
        var from = Site.copy(desk.offsets().first(input.channels()));
        var committed = desk.offsets().committed(input.group(generation));
        from.replaceAll((place, offset) -> Math.max(offset, committed.getOrDefault(place, offset)));
        desk.say("Reading what was restored.");
        var reading = new Desk(desk.site(), input, desk.offsets(), desk.book(), desk.out());
        return new Rebuild(reading, live, generation, rate, stop, false).follow(from, () -> true)
                == Rebuild.End.CAUGHT_UP;
    }

    /** @return false where retention has removed meanwhile what was not restored */
    private boolean goOn(List<String> channels, Map<TopicPartition, Long> archived) {
        var next = new TreeMap<TopicPartition, Long>(Site.PLACES);
        for (var first : desk.offsets().first(channels).entrySet()) {
            var end = restored.endOf(first.getKey());
            if (Math.max(end, archived.get(first.getKey())) < first.getValue()) {
                ends.requireNoHole(Map.of(first.getKey(), first.getValue()));
                return false;
            }
            next.put(first.getKey(), Math.max(end, first.getValue()));
        }
        awaitEmpty();
        desk.offsets().move(desk.rebuilt().group(generation), next);
        desk.say("What only the archive had is read; now the channels from there on.");
        return true;
    }

    private Map<TopicPartition, Long> archived(List<String> channels) {
        var archived = new TreeMap<TopicPartition, Long>(Site.PLACES);
        desk.offsets().first(channels).keySet().forEach(place -> archived.put(place, ends.of(place)));
        return archived;
    }

    private List<String> lost() {
        return desk.rebuilt().channels().stream()
                .filter(channel ->
                        desk.offsets().first(List.of(channel)).values().stream().anyMatch(offset -> offset > 0))
                .toList();
    }

    private boolean hasMovedOn(List<String> channels) {
        var committed = desk.offsets().committed(desk.rebuilt().group(generation));
        return channels.stream().flatMap(desk.site()::places).allMatch(committed::containsKey);
    }

    private void awaitEmpty() {
        var group = desk.rebuilt().group(generation);
        if (!desk.offsets().empties(group)) {
            throw new CannotReplay("A process is still in the group %s: run again when it has ended.".formatted(group));
        }
    }
}
