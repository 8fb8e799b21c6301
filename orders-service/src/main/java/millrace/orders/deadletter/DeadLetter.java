package millrace.orders.deadletter;

import com.fasterxml.jackson.core.JsonProcessingException;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import millrace.events.Json;

/**
 * A record that waits: it could not be applied, or it came after one of the same key that could not be. It is kept as it
 * was, with all that was tried.
 */
@Entity
@Table(name = "dead_letters")
public class DeadLetter {
    /** Characters of a reason; a longer one is cut. */
    static final int LONGEST_REASON = 500;

    private static final int DIGEST_BYTES = 8;

    /** Where it lies on its channel, and a digest of it: {@code "transactions-2-4711-0123456789abcdef"}. */
    @Id
    private String id;

    /** Grows in the order in which they came, whatever life of the topic they are of. */
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
    private String story = "[]";
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
     * @param reason why it cannot be applied; empty where it only comes after one that cannot
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

    /** What was done about it. */
    public record Attempt(Instant at, String by, boolean corrected, String outcome) {}

    /**
     * What a dead letter of that place is called. A topic that is made again has the old offsets and other records: with the
     * record's timestamp, key and value in it the id is the same on each delivery of one record, and of no other.
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

    /** Of what its sender meant; a corrected record keeps it, so that the sender's next try of the same is a repeat. */
    public String digest() {
        return digest;
    }

    public Optional<String> traceparent() {
        return Optional.ofNullable(traceparent);
    }

    /** Empty while nobody has tried to apply it. */
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

    List<Attempt> story() {
        try {
            return new ArrayList<>(Arrays.asList(Json.MAPPER.readValue(story, Attempt[].class)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The story of dead letter " + id + " is no JSON", e);
        }
    }

    /** The same record with another body. */
    DeadLetter corrected(byte[] body) {
        return new DeadLetter(id, partition, offset, key, body, digest, traceparent(), Optional.empty());
    }

    /** It was tried again, and why that failed. */
    void recordFailure(Attempt attempt) {
        reason = shortened(attempt.outcome());
        attempts++;
        addToStory(attempt);
    }

    /** It waits no more. */
    void resolve(Attempt attempt) {
        resolution = attempt.outcome();
        resolvedAt = attempt.at();
        attempts++;
        addToStory(attempt);
    }

    private void addToStory(Attempt attempt) {
        var all = story();
        all.add(new Attempt(attempt.at(), attempt.by(), attempt.corrected(), shortened(attempt.outcome())));
        story = Json.text(all);
    }

    /** By characters as PostgreSQL counts them, and without the one that it refuses. */
    public static String shortened(String text) {
        var whole = text.replace("\0", "");
        return whole.codePointCount(0, whole.length()) <= LONGEST_REASON
                ? whole
                : whole.substring(0, whole.offsetByCodePoints(0, LONGEST_REASON));
    }

    private static String digest(long timestamp, byte[] key, byte[] value) {
        try {
            var sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
                    .putLong(timestamp)
                    .putInt(key == null ? -1 : key.length)
                    .flip());
            sha256.update(key == null ? new byte[0] : key);
            sha256.update(value == null ? new byte[0] : value);
            return HexFormat.of().formatHex(sha256.digest(), 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
