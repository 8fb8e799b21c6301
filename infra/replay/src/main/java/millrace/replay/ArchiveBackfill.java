package millrace.replay;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import millrace.generation.RebuildException;
import millrace.replay.GenerationTopics.MissingResource;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads records that only the archive has: they are restored into other channels, the shadow reads those to their end,
 * and then its group continues with the original channels where the archive ended. It may be killed at any point and
 * run again: restoring is idempotent, and the broker knows the group's offsets.
 */
final class ArchiveBackfill {
    private static final String ACTION = "backfill";

    /** Retention may overtake the backfill this often before it gives up. */
    private static final int ROUNDS = 5;

    private final ReplayContext context;
    private final int live;
    private final int generation;
    private final RestoredChannels restored;
    private final ArchiveCoverage coverage;
    private final List<String> existing;

    ArchiveBackfill(ReplayContext context, int live, int generation) {
        this.context = context;
        this.live = live;
        this.generation = generation;
        this.restored = new RestoredChannels(context, generation);
        this.coverage = new ArchiveCoverage(context);
        this.existing = restored.existing(context.consumer().channels());
    }

    /** Returns true if a backfill was begun and has not ended; the generation cannot continue without it. */
    boolean isUnderWay() {
        return hasChannels() && !hasMovedOn(existing);
    }

    /** Returns true if there are restored channels, which are removed when they are read. */
    boolean hasChannels() {
        return !existing.isEmpty();
    }

    /**
     * Runs the backfill.
     *
     * @return false if it was stopped before its end
     * @throws RebuildException if records are neither in the archive nor on the broker
     */
    boolean run(Optional<Integer> rate, ShutdownSignal shutdown) {
        if (existing.isEmpty() && isOver()) {
            return true;
        }
        var channels = existing.isEmpty() ? channelsWithRemovedRecords() : existing;
        if (channels.isEmpty()) {
            context.print("The broker has the channels from their first record on: nothing has to be restored.");
            return true;
        }
        if (!hasMovedOn(channels)) {
            createResources(channels);
            if (!read(channels, rate, shutdown)) {
                return false;
            }
        } else if (existing.isEmpty()) {
            throw new RebuildException(
                    "Generation %d of %s was begun without the archive: bin/replay drop %s --generation %d makes room for another."
                            .formatted(generation, context.name(), context.name(), generation));
        }
        end(channels);
        return true;
    }

    /** Removes the restored channels: they hold personal data that the archive has encrypted, and nothing reads them again. */
    private void end(List<String> channels) {
        if (!isOver()) {
            OperationReceipt.of(context, ACTION, generation)
                    .end("Read from the archive what only it had.", Optional.empty());
        }
        restored.remove(channels).forEach(command -> context.print("To be done by hand: %s", command));
    }

    /** Returns true if the generation, since it was last removed, has read all that only the archive had. */
    private boolean isOver() {
        return context.generationLog().receipts(context.name(), generation).stream()
                .filter(receipt ->
                        receipt.action().equals(ACTION) || receipt.action().equals("drop"))
                .reduce((earlier, later) -> later)
                .filter(receipt -> receipt.action().equals(ACTION))
                .isPresent();
    }

    private void createResources(List<String> channels) {
        coverage.requireComplete(context.offsets().earliest(channels));
        var missingResources = restored
                .missingResources(channels, context.consumer().group(generation))
                .stream()
                .map(MissingResource::command)
                .collect(Collectors.joining("\n  "));
        if (!missingResources.isEmpty()) {
            throw new RebuildException("The platform lacks channels to restore into:\n  " + missingResources);
        }
        restored.create(channels);
    }

    private boolean read(List<String> channels, Optional<Integer> rate, ShutdownSignal shutdown) {
        for (var round = 1; round <= ROUNDS; round++) {
            var archived = archived(channels);
            restore(channels);
            if (!readRestored(channels, rate, shutdown)) {
                return false;
            }
            if (continueWithChannels(channels, archived)) {
                return true;
            }
        }
        throw new RebuildException(
                "Retention has overtaken what was restored %d times: see that audit keeps up.".formatted(ROUNDS));
    }

    private void restore(List<String> channels) {
        for (var channel : channels) {
            context.print("Restoring %s from the archive into %s.", channel, restored.name(channel));
            audit("restore", "--channel", channel, "--into", restored.name(channel));
        }
    }

    /** Runs {@code bin/audit}, because only the audit service knows the format of its archive; prints its output, indented. */
    private void audit(String... arguments) {
        var platform = context.platform();
        var command =
                new ArrayList<>(List.of(platform.root().resolve("bin/audit").toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(platform.vars());
        try {
            var process = builder.start();
            try (var output = process.inputReader()) {
                output.lines().forEach(line -> context.print("  %s", line));
            }
            if (process.waitFor() != 0) {
                throw new RebuildException(
                        "bin/audit %s ends with %d.".formatted(String.join(" ", arguments), process.exitValue()));
            }
        } catch (IOException e) {
            throw new RebuildException("bin/audit cannot be started: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RebuildException("It was interrupted.", e);
        }
    }

    /** @return false if it was stopped before its end */
    private boolean readRestored(List<String> channels, Optional<Integer> rate, ShutdownSignal shutdown) {
        var reading = context.reading(restored.names(channels));
        context.print("Reading what was restored.");
        return new Rebuild(reading, live, generation, rate, shutdown, false)
                        .follow(reading.positions(generation), () -> true)
                == Rebuild.End.CAUGHT_UP;
    }

    /** @return false if retention has meanwhile removed records that were not restored */
    private boolean continueWithChannels(List<String> channels, Map<TopicPartition, Long> archived) {
        var next = new TreeMap<TopicPartition, Long>(PlatformConnection.PARTITION_ORDER);
        for (var first : context.offsets().earliest(channels).entrySet()) {
            var end = restored.restoredUpTo(first.getKey());
            if (Math.max(end, archived.get(first.getKey())) < first.getValue()) {
                coverage.requireComplete(Map.of(first.getKey(), first.getValue()));
                return false;
            }
            next.put(first.getKey(), Math.max(end, first.getValue()));
        }
        awaitEmpty();
        context.offsets().reset(context.consumer().group(generation), next);
        context.print("What only the archive had is read; now the channels from there on.");
        return true;
    }

    private Map<TopicPartition, Long> archived(List<String> channels) {
        var archived = new TreeMap<TopicPartition, Long>(PlatformConnection.PARTITION_ORDER);
        context.offsets()
                .earliest(channels)
                .keySet()
                .forEach(partition -> archived.put(partition, coverage.nextOffset(partition)));
        return archived;
    }

    private List<String> channelsWithRemovedRecords() {
        return context.consumer().channels().stream()
                .filter(channel -> context.offsets().earliest(List.of(channel)).values().stream()
                        .anyMatch(offset -> offset > 0))
                .toList();
    }

    private boolean hasMovedOn(List<String> channels) {
        var committed = context.offsets().committed(context.consumer().group(generation));
        return channels.stream().flatMap(context.platform()::partitions).allMatch(committed::containsKey);
    }

    private void awaitEmpty() {
        var group = context.consumer().group(generation);
        if (!context.offsets().becomesEmpty(group)) {
            throw new RebuildException(
                    "A process is still in the group %s: run again when it has ended.".formatted(group));
        }
    }
}
