package millrace.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.ArrayList;
import java.util.List;
import millrace.events.Json;
import millrace.replay.Comparison.Difference;
import millrace.replay.Comparison.Part;

/** Two generations of the archive, chain by chain, as far as both go. */
record AuditComparison(AuditTool tool) {
    /** A line of {@code bin/audit compare-generations}: see {@code ComparedChain} of audit-service. */
    record Chain(
            String channel,
            int partition,
            long entries,
            long toOffset,
            long redacted,
            long different,
            String digest,
            String shadowDigest,
            Long seq,
            String live,
            String shadow) {
        private String name() {
            return channel + "-" + partition;
        }

        private Part part() {
            return new Part(name(), entries, 0, different, note());
        }

        private String note() {
            return ", to offset %,d, digest %s%s"
                    .formatted(toOffset, shadowDigest, redacted == 0 ? "" : ", %,d redacted".formatted(redacted));
        }

        private Difference difference() {
            return new Difference(name(), "entry " + seq, live, shadow);
        }
    }

    Comparison compare(int live, int shadow) {
        var parts = new ArrayList<Part>();
        var differences = new ArrayList<Difference>();
        var digests = new Digests();
        for (var chain : chains(live, shadow)) {
            parts.add(chain.part());
            digests.begin(chain.name());
            digests.live(chain.digest());
            digests.shadow(chain.shadowDigest());
            if (chain.different() > 0) {
                differences.add(chain.difference());
            }
        }
        return new Comparison(parts, differences, digests.live(), digests.shadow());
    }

    private List<Chain> chains(int live, int shadow) {
        return tool.ask("compare-generations", Integer.toString(live), Integer.toString(shadow)).stream()
                .map(AuditComparison::chain)
                .toList();
    }

    private static Chain chain(String line) {
        try {
            return Json.MAPPER.readValue(line, Chain.class);
        } catch (JsonProcessingException e) {
            throw new CannotReplay("bin/audit says what nobody understands: " + line, e);
        }
    }
}
