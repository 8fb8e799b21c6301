package millrace.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database starts in a storage whose former server was killed, or was left running by a killed platform. */
@Tag("platform")
@Tag("embedded")
@Tag("long")
class FormerDatabaseTest {
    @Test
    void a_database_starts_whatever_its_former_server_left_behind(@TempDir Path folder) throws Exception {
        try (var directory = DataDirectory.open(folder)) {
            var first = new LocalDatabase(directory);
            first.start();
            first.process().stop("KILL", Duration.ofSeconds(10));
            giveItsProcessIdToAnother(folder);

            var second = new LocalDatabase(directory);
            second.start();
            assertAnswers(second);
            new OrphanProcesses(directory)
                    .remove(ProcessHandle.of(second.process().pid()).orElseThrow());

            var third = new LocalDatabase(directory);
            third.start();
            assertThat(second.process().isAlive()).isFalse();
            assertAnswers(third);
            third.stop();
        }
    }

    /** The process id in the lock file is that of this test, as after a restart of the machine. */
    private static void giveItsProcessIdToAnother(Path folder) throws IOException {
        var lock = folder.resolve("data/database/postmaster.pid");
        var lines = Files.readAllLines(lock);
        lines.set(0, Long.toString(ProcessHandle.current().pid()));
        Files.write(lock, lines);
    }

    private static void assertAnswers(LocalDatabase database) throws SQLException {
        try (var connection = DriverManager.getConnection(database.jdbcUrl());
                var answer = connection.createStatement().executeQuery("SELECT 1")) {
            assertThat(answer.next()).isTrue();
        }
    }
}
