package millrace.audit.verify;

import static java.util.stream.Collectors.groupingBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import millrace.audit.chain.ArchivedRecord;
import millrace.audit.chain.ChainEntry;
import millrace.audit.chain.Discontinuity;
import millrace.audit.chain.Hashes;
import millrace.audit.chain.Locators;
import millrace.audit.chain.Merkle;
import millrace.audit.verify.ChainFinding.Kind;
import millrace.events.Checkpoint;

/** Compares the entries that are there with a checkpoint, and names the first that is wrong. */
final class SegmentCheck {
    private final Hashes hashes;
    private final Checkpoint checkpoint;
    private final List<ChainEntry> entries;
    private final Map<Long, List<ChainEntry>> bySeq;
    private final List<byte[]> leaves = new ArrayList<>();

    /** @param entries whose number is in the segment, as they are in the database */
    SegmentCheck(Hashes hashes, Checkpoint checkpoint, List<ChainEntry> entries) {
        this.hashes = hashes;
        this.checkpoint = checkpoint;
        this.entries = entries;
        this.bySeq = entries.stream().collect(groupingBy(ChainEntry::seq));
    }

    /** @param goesOn whether the chain has entries behind this segment */
    Optional<ChainFinding> first(boolean goesOn) {
        for (var seq = checkpoint.firstSeq(); seq < checkpoint.nextSeq(); seq++) {
            var found = at(seq, goesOn);
            if (found.isPresent()) {
                return found;
            }
        }
        return asAWhole();
    }

    private Optional<ChainFinding> at(long seq, boolean goesOn) {
        var there = bySeq.getOrDefault(seq, List.of());
        if (there.isEmpty()) {
            var more = goesOn || entries.stream().anyMatch(entry -> entry.seq() > seq);
            return Optional.of(finding(more ? Kind.MISSING : Kind.CUT_OFF, seq, null, "entry %d is not there"));
        }
        if (there.size() > 1) {
            return Optional.of(finding(Kind.INSERTED, seq, there.getLast(), "entry %d is there more than once"));
        }
        var leaf = hashes.leaf(there.getFirst());
        leaves.add(leaf);
        return fits(seq, leaf) ? Optional.empty() : Optional.of(wrong(seq, there.getFirst()));
    }

    /** An entry is there that the checkpoint does not know at this place: maybe it knows it at another. */
    private ChainFinding wrong(long seq, ChainEntry there) {
        var home = homeOf(there);
        var isElsewhere = entries.stream().anyMatch(entry -> fits(seq, hashes.leaf(renumbered(entry, seq))));
        if (home.isPresent()) {
            return isElsewhere
                    ? finding(Kind.REORDERED, seq, there, "entry %d is another one, whose number was " + home.get())
                    : finding(Kind.MISSING, seq, null, "entry %d is not there, the ones behind it were moved up");
        }
        return isElsewhere
                ? finding(Kind.INSERTED, seq, there, "entry %d was never archived, the ones behind it were moved down")
                : finding(Kind.CHANGED, seq, there, "entry %d is not what was archived");
    }

    private Optional<Long> homeOf(ChainEntry entry) {
        for (var seq = checkpoint.firstSeq(); seq < checkpoint.nextSeq(); seq++) {
            if (fits(seq, hashes.leaf(renumbered(entry, seq)))) {
                return Optional.of(seq);
            }
        }
        return Optional.empty();
    }

    private Optional<ChainFinding> asAWhole() {
        var head = checkpoint.previousHead();
        for (var leaf : leaves) {
            head = hashes.head(head, leaf);
        }
        var fits = Arrays.equals(head, checkpoint.head())
                && Arrays.equals(new Merkle(hashes).root(leaves), checkpoint.root());
        return fits
                ? Optional.empty()
                : Optional.of(finding(
                        Kind.CHANGED,
                        checkpoint.firstSeq(),
                        null,
                        "entry %d or one up to " + (checkpoint.nextSeq() - 1) + " is not what was archived"));
    }

    private boolean fits(long seq, byte[] leaf) {
        return Locators.fits(checkpoint.locators(), (int) (seq - checkpoint.firstSeq()), leaf);
    }

    private ChainFinding finding(Kind kind, long seq, ChainEntry entry, String sentence) {
        var offset = entry instanceof ArchivedRecord kept ? kept.offset() : null;
        return new ChainFinding(kind, seq, offset, checkpoint.segment(), sentence.formatted(seq));
    }

    private static ChainEntry renumbered(ChainEntry entry, long seq) {
        return switch (entry) {
            case ArchivedRecord kept -> kept.numbered(seq);
            case Discontinuity discontinuity -> discontinuity.numbered(seq);
        };
    }
}
