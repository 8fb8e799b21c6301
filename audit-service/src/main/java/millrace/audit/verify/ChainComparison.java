package millrace.audit.verify;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import millrace.audit.chain.Entry;
import millrace.audit.table.Entries;
import millrace.audit.table.Sql;
import millrace.audit.table.Transactions;
import millrace.generation.GenerationNames;

/** Compares two generations of the archive, chain by chain and leaf by leaf, as far as both go. Changes nothing. */
public final class ChainComparison {
    private static final int PAGE = 1000;

    private final Transactions transactions;
    private final Entries entries = new Entries();

    public ChainComparison(Transactions transactions) {
        this.transactions = transactions;
    }

    /** Where a chain ends. */
    private record End(long nextSeq, long nextOffset) {
        static final End NONE = new End(0, 0);
    }

    public List<ComparedChain> compare(int live, int shadow) throws SQLException {
        var ends = ends(live);
        var others = ends(shadow);
        var erased = in(live, ChainComparison::erased);
        var names = new TreeMap<ChainName, End>(ends);
        names.putAll(others);
        var compared = new ArrayList<ComparedChain>();
        for (var name : names.keySet()) {
            var end = ends.getOrDefault(name, End.NONE);
            var other = others.getOrDefault(name, End.NONE);
            var common =
                    new End(Math.min(end.nextSeq(), other.nextSeq()), Math.min(end.nextOffset(), other.nextOffset()));
            var leaves = new LeafComparison(name, erased);
            for (var seq = 0L; seq < common.nextSeq(); seq += PAGE) {
                compare(leaves, live, shadow, seq, Math.min(seq + PAGE, common.nextSeq()));
            }
            var empty = common.nextSeq() == 0 && end.nextSeq() != other.nextSeq();
            compared.add(empty ? leaves.nothing(other.nextSeq() == 0) : leaves.end(common.nextOffset()));
        }
        return compared;
    }

    private void compare(LeafComparison leaves, int live, int shadow, long first, long next) throws SQLException {
        var one = page(live, leaves.name(), first, next);
        var other = page(shadow, leaves.name(), first, next);
        for (var seq = first; seq < next; seq++) {
            leaves.add(seq, one.get(seq), other.get(seq));
        }
    }

    private Map<Long, Entry> page(int generation, ChainName name, long first, long next) throws SQLException {
        return in(generation, connection -> entries.read(connection, name.channel(), name.partition(), first, next))
                .stream()
                .collect(Collectors.toMap(Entry::seq, Function.identity(), (entry, twice) -> entry));
    }

    private Map<ChainName, End> ends(int generation) throws SQLException {
        return in(generation, connection -> {
            var ends = new HashMap<ChainName, End>();
            Sql.query(
                    connection,
                    "SELECT channel, partition, next_seq, next_offset FROM positions",
                    row -> ends.put(
                            new ChainName(row.getString(1), row.getInt(2)), new End(row.getLong(3), row.getLong(4))));
            return ends;
        });
    }

    private static Set<Long> erased(Connection connection) throws SQLException {
        return new HashSet<>(Sql.query(
                connection, "SELECT id FROM audit_keys.subjects WHERE erased_at IS NOT NULL", row -> row.getLong(1)));
    }

    private <T> T in(int generation, Transactions.Query<T> query) throws SQLException {
        var schema = "audit" + new GenerationNames(generation).schemaSuffix();
        return transactions.get(connection -> {
            Sql.execute(connection, "SET LOCAL search_path TO " + schema);
            return query.on(connection);
        });
    }
}
