package millrace.audit;

import java.time.LocalDate;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import millrace.audit.chain.Break;
import millrace.audit.chain.Entry;
import millrace.audit.chain.KeptRecord;
import millrace.audit.chain.Segment;

/**
 * Entries of another archive's chain, up to the end of a segment.
 *
 * @param segment what was signed of it
 * @param monthBySeq under which each record is filed there
 */
record Inheritance(Segment segment, List<Entry> entries, Map<Long, LocalDate> monthBySeq) {
    Set<LocalDate> months() {
        return new TreeSet<>(monthBySeq.values());
    }

    List<KeptRecord> of(LocalDate month) {
        return records().stream()
                .filter(kept -> month.equals(monthBySeq.get(kept.seq())))
                .toList();
    }

    List<Break> breaks() {
        return entries.stream()
                .filter(Break.class::isInstance)
                .map(Break.class::cast)
                .toList();
    }

    LongSummaryStatistics times() {
        return records().stream().mapToLong(KeptRecord::timestampMs).summaryStatistics();
    }

    private List<KeptRecord> records() {
        return entries.stream()
                .filter(KeptRecord.class::isInstance)
                .map(KeptRecord.class::cast)
                .toList();
    }
}
