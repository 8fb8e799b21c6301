package millrace.console.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects what is found of one event, by several threads. */
final class EventEvidence {
    /**
     * Something that was looked for again and again.
     *
     * @param value what was found
     * @param firstSeen time of the first look that found it
     * @param wasMissing time of the last look that did not find it; empty where the first look found it, so that only a
     *     limit of its moment is known
     */
    record Found(JsonNode value, Instant firstSeen, Optional<Instant> wasMissing) {}

    /**
     * A signed state of the archive's log.
     *
     * @param signedAt time within the signed note
     * @param size of the log
     * @param record on {@code audit-checkpoints}
     */
    record SignedHead(Instant signedAt, long size, SeenRecord record) {}

    private static final int MOST_HEADS = 100;

    private SeenRecord origin;
    private Instant sentAt;
    private Instant answeredAt;
    private final Map<String, SeenRecord> records = new LinkedHashMap<>();
    private final Map<String, Found> found = new LinkedHashMap<>();
    private final Map<String, Instant> missing = new LinkedHashMap<>();
    private final Map<String, String> problems = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
    private final List<SignedHead> heads = new ArrayList<>();

    synchronized void origin(SeenRecord record) {
        origin = record;
    }

    /** Where the event came in; empty as long as it has not been found. */
    synchronized Optional<SeenRecord> origin() {
        return Optional.ofNullable(origin);
    }

    /** The request that this console has sent. */
    synchronized void sent(Instant at) {
        sentAt = at;
    }

    synchronized Optional<Instant> sentAt() {
        return Optional.ofNullable(sentAt);
    }

    synchronized void answered(Instant at) {
        answeredAt = at;
    }

    synchronized Optional<Instant> answeredAt() {
        return Optional.ofNullable(answeredAt);
    }

    /** Keeps the first record of a channel that belongs to the event. */
    synchronized void record(SeenRecord record) {
        records.putIfAbsent(record.channel(), record);
    }

    synchronized Optional<SeenRecord> record(String channel) {
        return Optional.ofNullable(records.get(channel));
    }

    /** Notes a look that found nothing. */
    synchronized void missing(String what, Instant at) {
        missing.put(what, at);
    }

    /** Notes a look that found it: the moment stays that of the first, the value is that of the last. */
    synchronized void found(String what, JsonNode value, Instant at) {
        var before = found.get(what);
        found.put(
                what,
                before == null
                        ? new Found(value, at, Optional.ofNullable(missing.get(what)))
                        : new Found(value, before.firstSeen(), before.wasMissing()));
    }

    synchronized Optional<Found> found(String what) {
        return Optional.ofNullable(found.get(what));
    }

    /** Keeps a checkpoint, of many the first one and the last ones. */
    synchronized void head(SignedHead head) {
        heads.add(head);
        if (heads.size() > MOST_HEADS) {
            heads.remove(1);
        }
    }

    /** The first checkpoint that was signed at or after a time. */
    synchronized Optional<SignedHead> headSince(Instant time) {
        return heads.stream()
                .filter(head -> !head.signedAt().isBefore(time))
                .min(Comparator.comparing(SignedHead::signedAt));
    }

    /** @param sentence null where the service answers again */
    synchronized void problem(String process, String sentence) {
        if (sentence == null) {
            problems.remove(process);
        } else {
            problems.put(process, sentence);
        }
    }

    synchronized void note(String sentence) {
        if (!notes.contains(sentence)) {
            notes.add(sentence);
        }
    }

    /** Sentences about the search, and of services that do not answer. */
    synchronized List<String> notes() {
        var all = new ArrayList<>(notes);
        all.addAll(problems.values());
        return all;
    }
}
