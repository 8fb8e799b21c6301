package millrace.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.SQLException;
import millrace.local.Platform;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(AuditPlatformResource.class)
@Tag("platform")
class RetentionTest {
    private static final String COUNT = "SELECT count(*) FROM audit.records WHERE channel = 'old'";

    Platform platform;

    private ArchiveDatabase owner;
    private ArchiveDatabase service;

    @BeforeEach
    void keepAnOldMonth() throws SQLException {
        owner = new ArchiveDatabase(platform.jdbcUrl());
        service = ServiceRole.of(platform).archived();
        owner.sql("CREATE TABLE IF NOT EXISTS audit.records_2020_02 PARTITION OF audit.records"
                + " FOR VALUES FROM ('2020-02-01') TO ('2020-03-01')");
        owner.sql(
                "INSERT INTO audit.records SELECT '2020-02-01', 'old', 0, seq, 1, seq, NULL, gen_random_uuid(), 0, '',"
                        + " '{}', '{}' FROM generate_series(7, 9) seq ON CONFLICT DO NOTHING");
    }

    @AfterEach
    void keepForEver() {
        AuditPlatformResource.migrate(platform, "");
    }

    @Test
    void months_are_kept_for_ever_unless_told() throws SQLException {
        assertThat(service.sql("SELECT audit.drop_months()")).isEqualTo("0");
        assertThat(service.sql(COUNT)).isEqualTo("3");
    }

    @Test
    void a_month_that_is_older_than_told_is_dropped_whole_and_that_is_on_record() throws SQLException {
        AuditPlatformResource.migrate(platform, "P12M");

        assertThat(service.sql("SELECT audit.drop_months()")).isEqualTo("1");

        assertThat(service.sql(COUNT)).isEqualTo("0");
        assertThat(service.sql("SELECT concat_ws(' ', month, channel, partition, first_seq, next_seq, records)"
                        + " FROM audit.dropped WHERE channel = 'old'"))
                .isEqualTo("2020-02-01 old 0 7 10 3");
        assertThat(service.sql("SELECT keep FROM audit.retention ORDER BY since DESC LIMIT 1"))
                .isEqualTo("1 year");
    }
}
