package millrace.audit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.SQLException;
import millrace.local.Platform;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** As the role that owns the tables, which is the only one that the PaaS gives. */
@QuarkusTest
@WithTestResource(PlatformResource.class)
class AppendOnlyTest {
    Platform platform;

    private Archived archived;

    @BeforeEach
    void insert() throws SQLException {
        archived = new Archived(platform.jdbcUrl());
        archived.sql(
                "INSERT INTO audit.records VALUES ('other', 0, 0, 0, '', '{}', '{}') ON CONFLICT DO NOTHING RETURNING 1");
        archived.sql("INSERT INTO audit.gaps VALUES ('other', 0, 0, 0) ON CONFLICT DO NOTHING RETURNING 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE audit.records SET channel = ''",
                "DELETE FROM audit.records",
                "TRUNCATE audit.records",
                "UPDATE audit.gaps SET channel = ''",
                "DELETE FROM audit.gaps",
                "TRUNCATE audit.gaps"
            })
    void what_is_kept_stays_as_it_is_for_its_owner_too(String change) {
        assertThatThrownBy(() -> archived.sql(change)).hasMessageContaining("permission denied");
        assertThatThrownBy(() -> archived.sql("GRANT ALL ON audit.records, audit.gaps TO CURRENT_USER; " + change))
                .hasMessageContaining("is refused: it is append-only");
    }
}
