package millrace.audit.evidence;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import millrace.audit.KafkaClients;
import millrace.audit.TopicIds;
import millrace.audit.evidence.tree.Segment;
import millrace.audit.seal.FieldEncryption;
import millrace.audit.table.ChainName;
import millrace.audit.table.DatabaseTransactions;
import millrace.audit.table.JdbcStatements;

/**
 * Verifies an archive: its log against the signed checkpoints on the channel, the entries of each chain against the log, and
 * the entries against what the broker still has, both ways. Needs the public keys alone, and no consumer group.
 *
 * @param broker properties of a Kafka client
 */
public record Verify(
        DatabaseTransactions transactions,
        FieldEncryption encryption,
        Map<String, Object> broker,
        ArchiveIdentity identity) {
    private static final ChainName ERASURES = new ChainName("audit-events", 0);

    /** Time that the event of an erasure may take into the archive. */
    private static final Duration ARCHIVED_WITHIN = Duration.ofSeconds(60);

    /** Rows of records belong to a chain; those of one that is not known are looked for by steps through the index. */
    private static final String CHAINS = """
            WITH RECURSIVE archived AS (
                (SELECT channel, partition FROM records ORDER BY channel, partition LIMIT 1)
                UNION ALL
                SELECT next.channel, next.partition FROM archived a CROSS JOIN LATERAL (
                    SELECT channel, partition FROM records r WHERE (r.channel, r.partition) > (a.channel, a.partition)
                    ORDER BY channel, partition LIMIT 1) next)
            SELECT channel, partition FROM archived UNION SELECT channel, partition FROM breaks
            UNION SELECT channel, partition FROM positions UNION SELECT channel, partition FROM segments""";

    /** Sees the progress of a verification. */
    public interface Progress {
        void segments(long done, long all);
    }

    public VerificationResult verify(VerifyQuery query) throws SQLException {
        return verify(query, (done, all) -> {});
    }

    /** The verdict on the log and on each chain that is asked for, in order. */
    public VerificationResult verify(VerifyQuery query, Progress progress) throws SQLException {
        try (var consumer = KafkaClients.reader(broker, Map.of());
                var published = new PublishedCheckpoints(broker, identity);
                var topicIds = TopicIds.connect(broker);
                var entries = new ReadAhead<>(
                        (Segment segment) -> transactions.get(connection -> LogTables.entries(connection, segment)))) {
            var sources =
                    new VerificationSources(transactions, encryption, consumer, topicIds, identity, query, entries);
            var chains = chains(sources);
            var log = new LogCheck(sources, chains, progress);
            log.check(published);
            for (var chain : chains.values()) {
                chain.finish();
            }
            var others = new ArrayList<ChainFinding>();
            if (query.asksForNow()) {
                others.addAll(new TableCheck(sources).findings());
            }
            if (query.asksForNow() && query.asksFor(ERASURES)) {
                others.addAll(new ErasureCheck(sources, ARCHIVED_WITHIN).findings());
            }
            var verdicts = chains.values().stream()
                    .filter(ChainCheck::isAskedFor)
                    .map(ChainCheck::verdict)
                    .toList();
            return log.result(others, verdicts);
        }
    }

    private static TreeMap<ChainName, ChainCheck> chains(VerificationSources sources) throws SQLException {
        var chains = new TreeMap<ChainName, ChainCheck>(
                Comparator.comparing(ChainName::channel).thenComparing(ChainName::partition));
        sources.get(connection ->
                        JdbcStatements.query(connection, CHAINS, row -> new ChainName(row.getString(1), row.getInt(2))))
                .forEach(name -> chains.put(name, new ChainCheck(name, sources)));
        return chains;
    }
}
