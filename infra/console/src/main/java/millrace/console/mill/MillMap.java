package millrace.console.mill;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import millrace.events.Catalogue;
import millrace.events.Catalogue.Entry;

/**
 * The architecture as the catalogue has it: processes, channels, who writes and who reads.
 *
 * @param processes in the sequence of an event: a process comes after those whose channels it reads
 * @param channels without the internal topics
 */
record MillMap(List<Process> processes, List<Channel> channels) {
    /** @param rank 0 for a process that reads no channel of another one, else one more than that of those it reads from */
    record Process(String name, String module, int rank) {}

    /**
     * @param owner a process, or the module of a tool
     * @param readers processes that the catalogue names
     * @param anyone whether others may read it
     * @param keptSeconds null where only compaction removes records
     */
    record Channel(
            String name,
            String summary,
            String key,
            int partitions,
            String owner,
            List<String> writers,
            List<String> readers,
            boolean anyone,
            String cleanupPolicy,
            Long keptSeconds) {}

    static MillMap ofCatalogue() {
        return of(Catalogue.channels());
    }

    static MillMap of(List<Entry> entries) {
        var modules = new LinkedHashSet<String>();
        entries.forEach(entry -> {
            modules.addAll(entry.writers());
            modules.addAll(entry.readers());
        });
        modules.removeIf(
                module -> module.equals("*") || Catalogue.process(module).equals(module));
        var ranks = ranks(modules, entries);
        var processes = modules.stream()
                .map(module -> new Process(Catalogue.process(module), module, ranks.get(module)))
                .sorted(Comparator.comparing(Process::rank))
                .toList();
        return new MillMap(processes, entries.stream().map(MillMap::channel).toList());
    }

    private static Channel channel(Entry entry) {
        return new Channel(
                entry.name(),
                entry.summary(),
                entry.key(),
                entry.partitions(),
                Catalogue.process(entry.owner()),
                entry.writers().stream().map(Catalogue::process).toList(),
                entry.readers().stream()
                        .filter(reader -> !reader.equals("*"))
                        .map(Catalogue::process)
                        .toList(),
                entry.readers().contains("*"),
                entry.cleanupPolicy(),
                entry.retention().map(Duration::toSeconds).orElse(null));
    }

    /** Longest way from a process that reads nothing of others, along the owners of channels. */
    private static Map<String, Integer> ranks(Set<String> modules, List<Entry> entries) {
        var ranks = new HashMap<String, Integer>();
        modules.forEach(module -> ranks.put(module, 0));
        for (var round = 0; round < modules.size(); round++) { // Two processes that read from each other would go on.
            for (var entry : entries) {
                var owner = Optional.ofNullable(ranks.get(entry.owner()));
                for (var reader : entry.readers()) {
                    if (owner.isPresent() && ranks.containsKey(reader) && !reader.equals(entry.owner())) {
                        ranks.merge(reader, owner.get() + 1, Math::max);
                    }
                }
            }
        }
        return ranks;
    }
}
