package millrace.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.StringWriter;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import millrace.events.AbandonedCart;
import millrace.events.Channels;
import millrace.events.Json;
import millrace.local.DataDirectory;
import millrace.local.Platform;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Analytics is rebuilt beside the live job, cut over and rolled back under constant traffic: each notice is published
 * once.
 */
@Tag("platform")
@Tag("long")
@Tag("turn-2")
class AnalyticsReplayTest {
    private static final Duration SOON = Duration.ofSeconds(180);
    private static final long COMMAND_ENDS_WITHIN_S = 600;
    private static final Map<String, String> SHORT_INTERVALS =
            Map.of("ANALYTICS_CART_PATIENCE", "PT5S", "ANALYTICS_VISIT_GAP", "PT5S", "ANALYTICS_GRACE", "PT1M");

    private final HttpClient client = HttpClient.newHttpClient();
    private DataDirectory directory;
    private Platform platform;
    private ServiceInstance instance;
    private SelfRestartingProcess analytics;

    @BeforeEach
    void start() throws IOException {
        directory = DataDirectory.open(Files.createTempDirectory("analytics-replay"));
        platform = Platform.start(directory.folder("platform"));
        ServiceInstance.runToEnd(directory, platform, "release");
        instance = new ServiceInstance(directory, platform, "analytics", "analytics", SHORT_INTERVALS);
        analytics = new SelfRestartingProcess(instance, SHORT_INTERVALS);
        var vars = new HashMap<>(platform.configVars());
        vars.putAll(SHORT_INTERVALS);
        Files.writeString(directory.resolve("config-vars.json"), json(vars));
        Files.writeString(directory.resolve("administrator.properties"), properties(platform.kafkaClient()));
        Files.createDirectories(RunningSystem.ROOT.resolve("target"));
        Files.writeString(RunningSystem.ROOT.resolve("target/built"), "");
    }

    @AfterEach
    void stop() {
        analytics.close();
        platform.close();
    }

    @Test
    void a_rebuilt_job_that_was_killed_half_way_takes_over_and_gives_back_and_each_notice_comes_once()
            throws Exception {
        var expected = new HashMap<String, AbandonedCart>();
        var before = new AbandoningShoppers(platform, "before");
        awaitNotices(60);
        before.end();
        expected.putAll(before.expectedCarts());
        runAndKill();
        assertThat(replay("run", "--until-caught-up")).contains("Both are equal, digest ");

        var during = new AbandoningShoppers(platform, "during");
        assertThat(replay("switch")).contains("Generation 2 of analytics is live.");
        await("generation 2 answers").atMost(SOON).until(() -> generation().equals("2"));
        awaitNotices(notices().size() + 60);
        assertThat(replay("rollback")).contains("Generation 1 of analytics is live.");
        await("generation 1 answers").atMost(SOON).until(() -> generation().equals("1"));
        awaitNotices(notices().size() + 60);
        during.end();
        expected.putAll(during.expectedCarts());

        await("every cart is told of")
                .atMost(SOON)
                .untilAsserted(
                        () -> assertThat(new ChannelProbe(platform, "analytics").latestByKey(Channels.ABANDONED_CARTS))
                                .containsExactlyInAnyOrderEntriesOf(expected));
        assertThat(notices()).doesNotHaveDuplicates();
        replay("drop");
        assertThat(generation()).isEqualTo("1");
    }

    /** Kills the process of the shadow, which is restarted, and then the whole command. */
    private void runAndKill() throws Exception {
        var run = command("run", "--until-caught-up", "--rate", "20").start();
        var trace = directory.resolve("replay/analytics-g2.process");
        await("the shadow is there").atMost(SOON).until(() -> Files.exists(trace));
        var channel = new ChannelProbe(platform, "analytics");
        await("the shadow has told of something")
                .atMost(SOON)
                .ignoreExceptions()
                .until(() -> !channel.records("visits-g2").isEmpty());
        kill(trace);
        run.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }

    private static void kill(Path trace) throws IOException {
        ProcessHandle.of(Long.parseLong(Files.readString(trace).split(" ")[0]))
                .ifPresent(ProcessHandle::destroyForcibly);
    }

    private void awaitNotices(int many) {
        await(many + " notices").atMost(SOON).until(() -> notices().size() >= many);
    }

    /** Key and value of each notice. */
    private List<String> notices() {
        var notices = new ArrayList<String>();
        for (var record : new ChannelProbe(platform, "analytics").records("abandoned-carts")) {
            if (record.value() != null) {
                notices.add(record.key() + "=" + new String(record.value(), UTF_8));
            }
        }
        return notices;
    }

    private String generation() {
        try {
            HttpResponse<Void> answer = client.send(instance.request("/q/health/ready"), BodyHandlers.discarding());
            return answer.statusCode() == 200
                    ? answer.headers().firstValue("Millrace-Generation").orElse("none")
                    : "not ready";
        } catch (IOException e) {
            return "away";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private String replay(String subcommand, String... more) throws Exception {
        var process = command(subcommand, more).start();
        assertThat(process.waitFor(COMMAND_ENDS_WITHIN_S, TimeUnit.SECONDS))
                .as("bin/replay " + subcommand + " ends")
                .isTrue();
        var printed = Files.readString(directory.resolve("replay.log"));
        assertThat(process.exitValue()).as(printed).isZero();
        return printed;
    }

    private ProcessBuilder command(String subcommand, String... more) {
        var words = new ArrayList<>(List.of("bin/replay", subcommand, "analytics"));
        words.addAll(List.of(more));
        var builder = new ProcessBuilder(words)
                .directory(RunningSystem.ROOT.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("replay.log").toFile());
        builder.environment().put("MILLRACE_HOME", directory.path().toString());
        return builder;
    }

    private static String json(Map<String, String> vars) throws JsonProcessingException {
        return Json.MAPPER.writeValueAsString(vars);
    }

    private static String properties(Map<String, Object> client) throws IOException {
        var properties = new Properties();
        properties.putAll(client);
        try (var text = new StringWriter()) {
            properties.store(text, null);
            return text.toString();
        }
    }
}
