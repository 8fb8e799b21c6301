package millrace.audit.evidence;

import java.sql.SQLException;
import java.util.List;
import millrace.audit.evidence.ChainFinding.Kind;
import millrace.audit.table.JdbcStatements;

/**
 * Looks in the catalogue of the database, which is not the owner's, for what could show a reader other rows than a
 * verification: views in place of tables, row security, functions and operators that are taken instead of the database's own.
 */
record TableCheck(VerificationSources sources) {
    private static final String NOT_PLAIN = """
            SELECT relname FROM pg_catalog.pg_class
            WHERE (oid IN ('records'::regclass, 'breaks'::regclass, 'segments'::regclass, 'log_nodes'::regclass,
                    'checkpoints'::regclass, 'positions'::regclass, 'audit_keys.subjects'::regclass,
                    'audit_keys.names'::regclass, 'audit_keys.erasures'::regclass)
                OR oid IN (SELECT inhrelid FROM pg_catalog.pg_inherits WHERE inhparent = 'records'::regclass))
              AND (relkind NOT IN ('r', 'p') OR relrowsecurity)
            ORDER BY relname""";

    /** The tables are found by the schema of the connection, and with it what else is in that schema. */
    private static final String OTHER_FUNCTIONS = """
            SELECT proname FROM pg_catalog.pg_proc
            WHERE pronamespace = current_schema()::regnamespace
              AND proname NOT IN ('refuse', 'provide_month', 'drop_months')
            UNION SELECT oprname FROM pg_catalog.pg_operator WHERE oprnamespace = current_schema()::regnamespace
            ORDER BY 1""";

    List<ChainFinding> findings() throws SQLException {
        var findings = names(NOT_PLAIN, "%s is no plain table: each question could get other rows");
        findings.addAll(
                names(OTHER_FUNCTIONS, "%s is no function of the archive: it could change what a question asks"));
        return findings;
    }

    private List<ChainFinding> names(String select, String sentence) throws SQLException {
        return sources.get(connection -> JdbcStatements.query(
                connection, select, row -> ChainFinding.ofLog(Kind.CHANGED, sentence.formatted(row.getString(1)))));
    }
}
