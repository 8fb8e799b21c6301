package millrace.generation;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import millrace.events.Channels;
import millrace.events.Generation;
import millrace.events.Generation.LiveGeneration;
import millrace.local.Platform;
import millrace.paas.ConfigVarsException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests memberships on one platform; each test has a consumer of its own. */
@Tag("platform")
class GenerationMembershipTest {
    private static final Duration SHORT = Duration.ofMillis(500);
    private static final Duration LONG = Duration.ofSeconds(30);

    private static Platform platform;
    private static KafkaProducer<String, Generation> channel;

    @BeforeAll
    static void start(@TempDir Path home) {
        platform = Platform.start(home);
        channel = new KafkaProducer<>(
                platform.kafkaClient(),
                new StringSerializer(),
                Channels.GENERATIONS.value().serializer());
    }

    @AfterAll
    static void stop() {
        channel.close();
        platform.close();
    }

    @Test
    void without_a_switch_the_first_generation_is_live() {
        assertThat(properties("new", platform.configVars()))
                .containsEntry("millrace.generation", "1")
                .containsEntry("millrace.generation.suffix", "")
                .containsEntry("millrace.generation.schema-suffix", "")
                .containsEntry("millrace.shadow", "false");
    }

    @Test
    void the_live_generation_names_what_it_uses_after_itself() throws Exception {
        publish("switched", 2, null);

        assertThat(properties("switched", platform.configVars()))
                .containsEntry("millrace.generation", "2")
                .containsEntry("millrace.generation.suffix", "-g2")
                .containsEntry("millrace.generation.schema-suffix", "_g2")
                .containsEntry("millrace.shadow", "false");
    }

    @Test
    void a_record_that_is_none_hides_no_other() throws Exception {
        publish("spoilt", 2, null);
        try (var hostile =
                new KafkaProducer<>(platform.kafkaClient(), new StringSerializer(), new StringSerializer())) {
            hostile.send(new ProducerRecord<>(platform.topic("generations"), "spoilt", "{\"x\":1}"))
                    .get();
        }
        publish("behind", 3, null);

        assertThat(properties("spoilt", platform.configVars())).containsEntry("millrace.generation", "2");
        assertThat(properties("behind", platform.configVars())).containsEntry("millrace.generation", "3");
    }

    @Test
    void a_process_of_another_generation_is_a_shadow() {
        assertThat(properties("rebuilt", requested("3")))
                .containsEntry("millrace.generation.suffix", "-g3")
                .containsEntry("millrace.shadow", "true");
    }

    @Test
    void the_live_generation_is_not_rebuilt_in_place() {
        assertThatThrownBy(() -> properties("in-place", requested("1")))
                .isInstanceOf(RebuildException.class)
                .hasMessage("Generation 1 of in-place cannot be rebuilt now: live is 1.");
    }

    @Test
    void a_generation_that_is_no_number_is_refused() {
        assertThatThrownBy(() -> properties("wrong", requested("two")))
                .isInstanceOf(ConfigVarsException.class)
                .hasMessageEndingWith(
                        "MILLRACE_GENERATION is no number of a generation; expected a number from 1 to 9999");
    }

    @Test
    void an_empty_generation_is_none() {
        assertThat(properties("unasked", requested(" "))).containsEntry("millrace.shadow", "false");
    }

    @Test
    void a_process_ends_at_the_cut_over_of_its_generation() throws Exception {
        var ended = new CountDownLatch(1);
        GenerationMembership.enter(
                        "handed", GenerationMembershipTest::noRebuild, platform.configVars(), LONG, LONG, SHORT)
                .watch(ended::countDown);

        publish("handed", 1, 2);

        assertThat(ended.await(30, SECONDS)).isTrue();
    }

    @Test
    void a_shadow_ends_too_unless_the_cut_over_waits_for_it() throws Exception {
        var shadow = new CountDownLatch(1);
        GenerationMembership.enter("both", GenerationMembershipTest::noRebuild, requested("2"), LONG, LONG, SHORT)
                .watch(shadow::countDown);
        publish("both", 1, 2);
        assertThat(shadow.await(30, SECONDS)).isTrue();

        var last = new HashMap<>(requested("2"));
        last.put(GenerationMembership.CATCHING_UP, "true");
        var caughtUp = new CountDownLatch(1);
        GenerationMembership.enter("both", GenerationMembershipTest::noRebuild, last, LONG, LONG, SHORT)
                .watch(caughtUp::countDown);
        publish("both", 2, null);
        assertThat(caughtUp.await(30, SECONDS)).isTrue();
    }

    @Test
    void records_of_other_consumers_and_receipts_end_no_process() throws Exception {
        var thread = GenerationMembership.enter(
                        "quiet", GenerationMembershipTest::noRebuild, platform.configVars(), LONG, LONG, SHORT)
                .watch(() -> {});

        publish("noise", 7, null);
        channel.send(new ProducerRecord<>(platform.topic("generations"), "quiet/1", live("quiet", 7, null)))
                .get();

        await().during(1, SECONDS).until(thread::isAlive);
    }

    @Test
    void the_live_generation_republishes_its_record_before_it_expires() throws Exception {
        publish("old", 2, null);
        GenerationMembership.enter("old", GenerationMembershipTest::noRebuild, platform.configVars(), LONG, LONG, SHORT)
                .watch(() -> {}, Duration.ofMillis(1));

        await().atMost(30, SECONDS).until(() -> records("old") > 1);
    }

    @Test
    void a_process_that_starts_during_a_cut_over_waits_for_its_end() throws Exception {
        publish("waiting", 1, 2);
        var membership = CompletableFuture.supplyAsync(() -> GenerationMembership.enter(
                "waiting", GenerationMembershipTest::noRebuild, platform.configVars(), LONG, LONG, LONG));
        await().during(1, SECONDS).until(() -> !membership.isDone());

        publish("waiting", 2, null);

        assertThat(properties(membership.get(30, SECONDS))).containsEntry("millrace.generation", "2");
    }

    @Test
    void a_cut_over_that_is_not_renewed_is_taken_back_and_the_live_generation_goes_on() throws Exception {
        publish("abandoned", 1, 2);

        var properties = properties(GenerationMembership.enter(
                "abandoned", GenerationMembershipTest::noRebuild, platform.configVars(), LONG, SHORT, LONG));

        assertThat(properties).containsEntry("millrace.generation", "1").containsEntry("millrace.shadow", "false");
        assertThat(records("abandoned")).as("the cut-over and its end").isEqualTo(2);
    }

    @Test
    void a_cut_over_that_is_renewed_is_not_taken_back() throws Exception {
        publish("renewed", 1, 2);
        var lease = Duration.ofSeconds(2);
        var membership = CompletableFuture.supplyAsync(() -> GenerationMembership.enter(
                "renewed", GenerationMembershipTest::noRebuild, platform.configVars(), LONG, lease, LONG));

        await().during(3, SECONDS)
                .atMost(30, SECONDS)
                .pollInterval(Duration.ofMillis(250))
                .until(() -> {
                    publish("renewed", 1, 2);
                    return !membership.isDone();
                });
        publish("renewed", 2, null);

        assertThat(properties(membership.get(30, SECONDS))).containsEntry("millrace.generation", "2");
    }

    @Test
    void an_abandoned_cut_over_that_had_begun_to_fence_is_ended_forward() throws Exception {
        publish(new LiveGeneration("fencing", 1, 2, true, Instant.now(), "a test", null));
        var consumer = new RecordedRebuild();

        var membership =
                GenerationMembership.enter("fencing", () -> consumer, platform.configVars(), LONG, SHORT, LONG);

        assertThat(properties(membership)).containsEntry("millrace.generation", "2");
        assertThat(consumer.calls()).containsExactly("FENCE 1 2");
    }

    @Test
    void a_shadow_ends_when_the_command_that_started_it_has_ended() throws Exception {
        var ended = new CountDownLatch(1);
        var command = new PipedOutputStream();
        GenerationMembership.endWithInput(new PipedInputStream(command), ended::countDown);

        assertThat(ended.getCount()).isOne();
        command.close();

        assertThat(ended.await(30, SECONDS)).isTrue();
    }

    @Test
    void the_wait_for_a_cut_over_is_limited() throws Exception {
        publish("stuck", 1, 2);

        assertThatThrownBy(() -> GenerationMembership.enter(
                        "stuck", GenerationMembershipTest::noRebuild, platform.configVars(), LONG, LONG, SHORT))
                .isInstanceOf(RebuildException.class)
                .hasMessageStartingWith("The cut-over of stuck is not over after 0 s");
    }

    @Test
    void an_absent_broker_is_named_in_time() {
        var vars = new HashMap<>(platform.configVars());
        vars.put("KAFKA_URL", "kafka+ssl://127.0.0.1:1");

        assertThatThrownBy(() -> GenerationMembership.enter(
                        "away", GenerationMembershipTest::noRebuild, vars, SHORT, SHORT, SHORT))
                .isInstanceOf(RebuildException.class)
                .hasMessageStartingWith("The channel " + platform.topic("generations") + " does not say within 0 s");
    }

    private static Rebuildable noRebuild() {
        throw new AssertionError("nothing has to be fenced");
    }

    private static long records(String consumer) {
        var place = new TopicPartition(platform.topic("generations"), 0);
        try (var reader =
                new KafkaConsumer<>(platform.kafkaClient(), new StringDeserializer(), new ByteArrayDeserializer())) {
            reader.assign(List.of(place));
            reader.seekToBeginning(List.of(place));
            var end = reader.endOffsets(List.of(place)).get(place);
            var found = 0L;
            while (reader.position(place) < end) {
                for (var record : reader.poll(Duration.ofMillis(100))) {
                    found += record.key().equals(consumer) ? 1 : 0;
                }
            }
            return found;
        }
    }

    private static Map<String, String> requested(String generation) {
        var vars = new HashMap<>(platform.configVars());
        vars.put(GenerationMembership.GENERATION, generation);
        return vars;
    }

    private static Map<Object, Object> properties(String consumer, Map<String, String> vars) {
        return properties(
                GenerationMembership.enter(consumer, GenerationMembershipTest::noRebuild, vars, LONG, LONG, SHORT));
    }

    private static Map<Object, Object> properties(GenerationMembership membership) {
        var properties = new HashMap<Object, Object>();
        membership.setProperties(properties);
        return properties;
    }

    private static void publish(String consumer, int live, Integer successor)
            throws ExecutionException, InterruptedException {
        publish(live(consumer, live, successor));
    }

    private static void publish(LiveGeneration record) throws ExecutionException, InterruptedException {
        channel.send(new ProducerRecord<>(platform.topic("generations"), record.key(), record))
                .get();
    }

    private static LiveGeneration live(String consumer, int live, Integer successor) {
        return new LiveGeneration(consumer, live, successor, false, Instant.now(), "a test", null);
    }
}
