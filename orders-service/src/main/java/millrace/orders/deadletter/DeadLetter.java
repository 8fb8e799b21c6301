package millrace.orders.deadletter;

import com.fasterxml.jackson.core.JsonProcessingException;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
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
    /** Where it lies on its channel: {@code "transactions-2-4711"}. */
    @Id
    private String id;

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

    @Column(name = "received_at", insertable = false, updatable = false)
    private Instant receivedAt;

    protected DeadLetter() {}

    /**
     * @param key {@code null} where the record has none
     * @param value {@code null} where the record has none
     * @param reason why it cannot be applied; empty where it only comes after one that cannot
     */
    public DeadLetter(
            String channel,
            int partition,
            long offset,
            byte[] key,
            byte[] value,
            String digest,
            Optional<String> traceparent,
            Optional<String> reason) {
        this.id = id(channel, partition, offset);
        this.partition = partition;
        this.offset = offset;
        this.key = key;
        this.value = value;
        this.digest = digest;
        this.traceparent = traceparent.orElse(null);
        this.reason = reason.orElse(null);
    }

    /** What was done about it. */
    public record Attempt(Instant at, String by, boolean corrected, String outcome) {}

    /** What a dead letter of that place is called. */
    public static String id(String channel, int partition, long offset) {
        return channel + "-" + partition + "-" + offset;
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
        var corrected = new DeadLetter();
        corrected.id = id;
        corrected.partition = partition;
        corrected.offset = offset;
        corrected.key = key;
        corrected.value = body;
        corrected.digest = digest;
        corrected.traceparent = traceparent;
        return corrected;
    }

    /** It was tried again, and why that failed. */
    void stays(Attempt attempt) {
        reason = attempt.outcome();
        attempts++;
        tell(attempt);
    }

    /** It waits no more. */
    void resolve(Attempt attempt) {
        resolution = attempt.outcome();
        attempts++;
        tell(attempt);
    }

    private void tell(Attempt attempt) {
        var told = story();
        told.add(attempt);
        story = Json.text(told);
    }
}
