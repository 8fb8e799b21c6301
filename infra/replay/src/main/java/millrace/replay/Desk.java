package millrace.replay;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import millrace.events.Generation.LiveGeneration;
import millrace.events.Generation.Range;
import millrace.events.Generation.ReplayReceipt;
import org.apache.kafka.common.TopicPartition;

/** What a command works with: one consumer at one site. */
record Desk(Site site, Rebuilt rebuilt, Offsets offsets, Book book, PrintWriter out) implements AutoCloseable {
    private static final DateTimeFormatter ID =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

    static Desk of(Site site, Rebuilt rebuilt, PrintWriter out) {
        return new Desk(site, rebuilt, new Offsets(site), new Book(site), out);
    }

    String name() {
        return rebuilt.name();
    }

    LiveGeneration standing() {
        return book.of(name());
    }

    /** Id of a new receipt: later ones are greater. */
    static String newId() {
        return ID.format(Instant.now()) + "-" + UUID.randomUUID().toString().substring(0, 4);
    }

    /** What the group of a generation has read, from there on. */
    List<Range> ranges(int generation, Map<TopicPartition, Long> from) {
        var committed = offsets.committed(rebuilt.group(generation));
        return from.entrySet().stream()
                .map(begin -> new Range(
                        site.channel(begin.getKey().topic()),
                        begin.getKey().partition(),
                        begin.getValue(),
                        Math.max(begin.getValue(), committed.getOrDefault(begin.getKey(), begin.getValue()))))
                .toList();
    }

    static long records(List<Range> ranges) {
        return ranges.stream().mapToLong(range -> range.to() - range.from()).sum();
    }

    /** Whether the generation was begun later than its channels, and so can never be live. */
    boolean isPartial(int generation) {
        var partial = false;
        for (var receipt : book.receipts()) {
            if (receipt.consumer().equals(name()) && receipt.generation() == generation) {
                partial = !receipt.action().equals("drop") && (partial || receipt.partial());
            }
        }
        return partial;
    }

    void say(String sentence, Object... parts) {
        out.printf(sentence + "%n", parts);
        out.flush();
    }

    /** Writes a receipt; one of the same id is replaced. */
    void keep(ReplayReceipt receipt) {
        book.write(receipt);
    }

    @Override
    public void close() {
        offsets.close();
    }
}
