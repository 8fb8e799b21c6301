package millrace.audit.evidence;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import millrace.audit.TopicIds;
import millrace.audit.evidence.tree.Segment;
import millrace.audit.seal.FieldEncryption;
import millrace.audit.table.ChainEntry;
import millrace.audit.table.DatabaseTransactions;
import millrace.audit.table.EntryTables;
import millrace.audit.table.JdbcStatements;

/**
 * Verifies an archive: its log against the signed checkpoints on the channel, the entries of each chain against the log, and
 * the entries against what the broker still has, both ways. Needs the public keys alone, and no consumer group.
 */
public final class Verify {
    private static final ChainName ERASURES = new ChainName("audit-events", 0);

    private final DatabaseTransactions transactions;
    private final FieldEncryption encryption;
    private final Map<String, Object> broker;
    private final ArchiveIdentity identity;

    /** @param broker properties of a Kafka client */
    public Verify(
            DatabaseTransactions transactions,
            FieldEncryption encryption,
            Map<String, Object> broker,
            ArchiveIdentity identity) {
        this.transactions = transactions;
        this.encryption = encryption;
        this.broker = broker;
        this.identity = identity;
    }

    /** Sees the progress of a verification. */
    public interface Progress {
        void segments(long done, long all);
    }

    public VerificationResult verify(VerifyQuery query) throws SQLException {
        return verify(query, (done, all) -> {});
    }

    /** The verdict on the log and on each chain that is asked for, in order. */
    public VerificationResult verify(VerifyQuery query, Progress progress) throws SQLException {
        try (var consumer = PublishedCheckpoints.consumer(broker);
                var published = new PublishedCheckpoints(broker, identity);
                var topicIds = TopicIds.connect(broker);
                var entries = new ReadAhead<>(this::entries)) {
            var sources =
                    new VerificationSources(transactions, encryption, consumer, topicIds, identity, query, entries);
            var chains = chains(sources);
            var log = new LogCheck(sources, chains, progress);
            log.check(published);
            for (var chain : chains.values()) {
                chain.finish();
            }
            var findings = new ArrayList<>(log.findings());
            if (query.asksFor(ERASURES) && query.asksForNow()) {
                findings.addAll(new ErasureCheck(transactions, encryption, identity).findings());
            }
            return new VerificationResult(
                    Instant.now(),
                    log.upTo(),
                    log.size(),
                    log.checkpoints(),
                    List.copyOf(findings),
                    chains.values().stream()
                            .filter(ChainCheck::isAskedFor)
                            .map(ChainCheck::verdict)
                            .toList());
        }
    }

    private List<ChainEntry> entries(Segment segment) throws SQLException {
        return transactions.get(connection -> new EntryTables()
                .read(connection, segment.channel(), segment.partition(), segment.firstSeq(), segment.nextSeq()));
    }

    private TreeMap<ChainName, ChainCheck> chains(VerificationSources sources) throws SQLException {
        var select = "SELECT channel, partition FROM positions UNION SELECT channel, partition FROM segments";
        var chains = new TreeMap<ChainName, ChainCheck>();
        transactions
                .get(connection ->
                        JdbcStatements.query(connection, select, row -> new ChainName(row.getString(1), row.getInt(2))))
                .forEach(name -> chains.put(name, new ChainCheck(name, sources)));
        return chains;
    }
}
