package millrace.orders.deadletter;

import com.fasterxml.jackson.core.JsonProcessingException;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import millrace.events.Json;
import millrace.events.Sha256;

/**
 * A stored record that could not be applied, or that is parked behind such a record of its key, with all attempts to
 * apply it.
 */
@Entity
@Table(name = "dead_letters")
public class DeadLetter {
    /** Characters of a reason; a longer one is cut. */
    static final int LONGEST_REASON = 500;

    private static final int DIGEST_BYTES = 8;

    /** Channel, partition, offset and a digest of the record: {@code "transactions-2-4711-0123456789abcdef"}. */
    @Id
    private String id;

    /** Sequence in which the records came, across recreations of the topic. */
    @Column(insertable = false, updatable = false)
    private long number;

    private int partition;

    @Column(name = "\"offset\"")
    private long offset;

    private byte[] key;
    private byte[] value;
    private String digest;
    private String traceparent;
    private String reason;
    private String history = "[]";
    private int attempts;
    private String resolution;

    @Column(name = "resolved_at")
    private Instant resolvedAt;

    @Column(name = "received_at", insertable = false, updatable = false)
    private Instant receivedAt;

    protected DeadLetter() {}

    /**
     * @param id as {@link #id} makes it
     * @param key {@code null} where the record has none
     * @param value {@code null} where the record has none
     * @param reason why it cannot be applied; empty where it is parked
     */
    public DeadLetter(
            String id,
            int partition,
            long offset,
            byte[] key,
            byte[] value,
            String digest,
            Optional<String> traceparent,
            Optional<String> reason) {
        this.id = id;
        this.partition = partition;
        this.offset = offset;
        this.key = key;
        this.value = value;
        this.digest = digest;
        this.traceparent = traceparent.orElse(null);
        this.reason = reason.map(DeadLetter::shortened).orElse(null);
    }

    /** An attempt to resolve a dead letter. */
    public record Attempt(Instant at, String by, boolean corrected, String outcome) {}

    /**
     * Returns the id of a record's dead letter. A recreated topic has the old offsets with other records; with the
     * record's timestamp, key and value in it the id is the same on each delivery of one record, and different for
     * every other.
     */
    public static String id(String channel, int partition, long offset, long timestamp, byte[] key, byte[] value) {
        return "%s-%d-%d-%s".formatted(channel, partition, offset, digest(timestamp, key, value));
    }

    public String id() {
        return id;
    }

    public int partition() {
        return partition;
    }

    public long offset() {
        return offset;
    }

    public byte[] key() {
        return key;
    }

    public byte[] value() {
        return value;
    }

    /**
     * Digest of the content that the sender meant; a corrected record keeps it, so that a resend of the original is a
     * repeat.
     */
    public String digest() {
        return digest;
    }

    public Optional<String> traceparent() {
        return Optional.ofNullable(traceparent);
    }

    /** Empty for a parked record that has not been tried. */
    public Optional<String> reason() {
        return Optional.ofNullable(reason);
    }

    int attempts() {
        return attempts;
    }

    Instant receivedAt() {
        return receivedAt;
    }

    /** Empty while it waits. */
    Optional<String> resolution() {
        return Optional.ofNullable(resolution);
    }

    List<Attempt> history() {
        try {
            return new ArrayList<>(Arrays.asList(Json.MAPPER.readValue(history, Attempt[].class)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The history of dead letter " + id + " is no JSON", e);
        }
    }

    /** Returns a copy with another body. */
    DeadLetter corrected(byte[] body) {
        return new DeadLetter(id, partition, offset, key, body, digest, traceparent(), Optional.empty());
    }

    /** Records a failed attempt, whose outcome is the new reason. */
    void recordFailure(Attempt attempt) {
        reason = shortened(attempt.outcome());
        attempts++;
        addToHistory(attempt);
    }

    /** Resolves it: it waits no longer. */
    void resolve(Attempt attempt) {
        resolution = attempt.outcome();
        resolvedAt = attempt.at();
        attempts++;
        addToHistory(attempt);
    }

    private void addToHistory(Attempt attempt) {
        var all = history();
        all.add(new Attempt(attempt.at(), attempt.by(), attempt.corrected(), shortened(attempt.outcome())));
        history = Json.text(all);
    }

    /** Cuts a text to the column's limit, by characters as PostgreSQL counts them, and removes NUL. */
    public static String shortened(String text) {
        var whole = text.replace("\0", "");
        return whole.codePointCount(0, whole.length()) <= LONGEST_REASON
                ? whole
                : whole.substring(0, whole.offsetByCodePoints(0, LONGEST_REASON));
    }

    private static String digest(long timestamp, byte[] key, byte[] value) {
        var sha256 = Sha256.newDigest();
        sha256.update(ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
                .putLong(timestamp)
                .putInt(key == null ? -1 : key.length)
                .flip());
        sha256.update(key == null ? new byte[0] : key);
        sha256.update(value == null ? new byte[0] : value);
        return HexFormat.of().formatHex(sha256.digest(), 0, DIGEST_BYTES);
    }
}
