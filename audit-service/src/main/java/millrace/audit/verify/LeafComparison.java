package millrace.audit.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import millrace.audit.chain.Break;
import millrace.audit.chain.Entry;
import millrace.audit.chain.Hashes;
import millrace.audit.chain.KeptRecord;

/**
 * One chain in two generations, leaf by leaf. When a break was found each generation knows for itself, so that does not count;
 * what a person's key sealed does not count once it is destroyed.
 */
final class LeafComparison {
    private final ChainName name;
    private final Set<Long> erased;
    private final Hashes hashes = new Hashes();
    private byte[] live;
    private byte[] shadow;
    private long equal;
    private long redacted;
    private long different;
    private Long first;
    private String firstLive;
    private String firstShadow;

    /** @param erased ids of the subjects whose keys are destroyed */
    LeafComparison(ChainName name, Set<Long> erased) {
        this.name = name;
        this.erased = erased;
        live = hashes.first(name.channel(), name.partition());
        shadow = live;
    }

    ChainName name() {
        return name;
    }

    /** @param one of the live generation; {@code null} where it has none of this number, the other likewise */
    void add(long seq, Entry one, Entry other) {
        var leaf = leaf(one);
        var otherLeaf = leaf(other);
        if (Arrays.equals(leaf, otherLeaf)) {
            equal++;
        } else if (isErased(one) && Arrays.equals(leaf(blank(one)), leaf(blank(other)))) {
            otherLeaf = leaf;
            redacted++;
        } else {
            differ(seq, one, other);
        }
        live = hashes.head(live, leaf);
        shadow = hashes.head(shadow, otherLeaf);
    }

    ComparedChain end(long toOffset) {
        return new ComparedChain(
                name.channel(),
                name.partition(),
                equal,
                toOffset,
                redacted,
                different,
                HexFormat.of().formatHex(live),
                HexFormat.of().formatHex(shadow),
                first,
                firstLive,
                firstShadow);
    }

    /** Where only one of them has begun it. */
    ComparedChain nothing(boolean shadowHasNone) {
        different = 1;
        first = 0L;
        firstLive = shadowHasNone ? "there are entries" : "nothing is archived";
        firstShadow = shadowHasNone ? "nothing is archived" : "there are entries";
        return end(0);
    }

    private void differ(long seq, Entry one, Entry other) {
        different++;
        if (first == null) {
            first = seq;
            firstLive = text(one);
            firstShadow = text(other);
        }
    }

    private byte[] leaf(Entry entry) {
        return switch (entry) {
            case null -> new byte[0];
            case KeptRecord kept -> hashes.leaf(kept);
            case Break gone ->
                hashes.leaf(new Break(
                        gone.channel(),
                        gone.partition(),
                        gone.seq(),
                        gone.life(),
                        gone.kind(),
                        gone.fromOffset(),
                        gone.toOffset(),
                        gone.topicId(),
                        0));
        };
    }

    private boolean isErased(Entry entry) {
        return entry instanceof KeptRecord kept && kept.subject() != null && erased.contains(kept.subject());
    }

    private static Entry blank(Entry entry) {
        return entry instanceof KeptRecord kept ? kept.sealed(null, null) : entry;
    }

    private static String text(Entry entry) {
        return switch (entry) {
            case null -> null;
            case KeptRecord kept ->
                "offset %d, life %d, timestamp %d, key %s, %d bytes, %d headers%s"
                        .formatted(
                                kept.offset(),
                                kept.life(),
                                kept.timestampMs(),
                                kept.key() == null ? "null" : new String(kept.key(), UTF_8),
                                kept.value() == null ? 0 : kept.value().length,
                                kept.headerNames().length,
                                kept.subject() == null ? "" : ", subject " + kept.subject());
            case Break gone -> gone.sentence();
        };
    }
}
