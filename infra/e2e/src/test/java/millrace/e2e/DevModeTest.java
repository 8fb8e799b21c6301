package millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A change of a source changes the answer of a service that {@code bin/dev} runs, and its end leaves nothing behind. */
@Tag("platform")
@Tag("embedded")
@Tag("long")
@Tag("turn-4")
class DevModeTest {
    private static final Duration STARTS_WITHIN = Duration.ofMinutes(6);
    private static final Duration RELOADS_WITHIN = Duration.ofMinutes(2);
    private static final int ENDS_WITHIN_SECONDS = 180;

    private static final String SOURCE = "clickstream-ingest/src/main/java/millrace/ingest/http/ProblemException.java";
    private static final Pattern URL = Pattern.compile("Starting web in dev mode: (http://localhost:\\d+)");

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void a_changed_source_changes_the_answer_and_the_end_leaves_nothing() throws Exception {
        var project = ProjectCopy.in(folder.resolve("project"));
        project.copyBuilt();
        var output = folder.resolve("dev.log");
        var dev = project.start(output, "bin/dev", "web", "--port", "0", "--no-traffic");
        try {
            await("it answers")
                    .atMost(STARTS_WITHIN)
                    .untilAsserted(() -> assertThat(answer(output)).contains("There is nothing at this path."));
            assertThat(answer(output, "/q/dev-ui/")).as("the Dev UI").contains("<html");

            project.edit(SOURCE, "There is nothing at this path.", "There is nothing here.");

            await("it answers as its source says")
                    .atMost(RELOADS_WITHIN)
                    .untilAsserted(() -> assertThat(answer(output)).contains("There is nothing here."));
        } finally {
            dev.destroy();
            if (!dev.waitFor(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                processes(project.folder()).forEach(ProcessHandle::destroyForcibly);
                dev.destroyForcibly();
            }
        }
        assertThat(processes(project.folder())).as("processes that it has left").isEmpty();
        assertThat(project.changes()).containsExactly(" M " + SOURCE);
    }

    /** Answer of the service, or the output of the command while there is none. */
    private String answer(Path output) throws IOException, InterruptedException {
        return answer(output, "/nothing");
    }

    private String answer(Path output, String path) throws IOException, InterruptedException {
        var printed = Files.readString(output);
        var url = URL.matcher(printed);
        if (!url.find()) {
            return printed;
        }
        var request = HttpRequest.newBuilder(URI.create(url.group(1) + path))
                .timeout(Duration.ofSeconds(60))
                .build();
        try {
            return http.send(request, BodyHandlers.ofString()).body();
        } catch (IOException notYet) {
            return printed;
        }
    }

    /** Processes of any kind that were started in the folder, or with it in their command. */
    private static List<ProcessHandle> processes(Path folder) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains(folder.toString()))
                .toList();
    }
}
