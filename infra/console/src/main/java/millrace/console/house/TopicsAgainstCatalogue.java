package millrace.console.house;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import millrace.events.Catalogue;

/** Compares the topics of the cluster with those of the catalogue. */
final class TopicsAgainstCatalogue {
    private static final int MOST = 200;

    private TopicsAgainstCatalogue() {}

    /** A topic that is there, by its name without the prefix. */
    record Topic(String name, int partitions, int replicas) {}

    /**
     * A topic of the cluster, of the catalogue, or of both.
     *
     * @param partitions 0 where it is not there
     * @param wanted partitions in the catalogue; 0 where it is not in it
     */
    record Row(String name, String owner, int partitions, int replicas, int wanted, String verdict) {}

    static List<Row> compare(List<Topic> topics, List<Catalogue.Entry> entries) {
        var present = new TreeMap<String, Topic>();
        topics.forEach(topic -> present.put(topic.name(), topic));
        var rows = new TreeMap<String, Row>();
        for (var entry : entries) {
            rows.put(entry.name(), row(entry, Optional.ofNullable(present.remove(entry.name()))));
        }
        present.forEach((name, topic) ->
                rows.put(name, new Row(name, "", topic.partitions(), topic.replicas(), 0, "not in the catalogue")));
        return new ArrayList<>(rows.values()).stream().limit(MOST).toList();
    }

    private static Row row(Catalogue.Entry entry, Optional<Topic> topic) {
        var verdict = topic.map(found -> found.partitions() == entry.partitions() ? "as in the catalogue" : "differs")
                .orElse("missing");
        return new Row(
                entry.name(),
                entry.owner(),
                topic.map(Topic::partitions).orElse(0),
                topic.map(Topic::replicas).orElse(0),
                entry.partitions(),
                verdict);
    }

    /** Number of topics by verdict. */
    static Map<String, Long> verdicts(List<Row> rows) {
        var verdicts = new TreeMap<String, Long>();
        rows.forEach(row -> verdicts.merge(row.verdict(), 1L, Long::sum));
        return verdicts;
    }
}
