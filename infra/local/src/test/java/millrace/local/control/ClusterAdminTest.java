package millrace.local.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import millrace.channels.Plan;
import millrace.local.Platform;
import millrace.local.control.ClusterAdmin.TopicRequest;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Topics and groups of a tenant on a shared cluster. */
@Tag("platform")
@Timeout(120)
class ClusterAdminTest {
    private static final String PREFIX = "nile-1234.";
    private static final TopicRequest A_DAY = of(2, Duration.ofDays(1));

    private static Platform platform;
    private static ClusterAdmin tenant;

    @BeforeAll
    static void start(@TempDir Path folder) {
        platform = Platform.start(folder);
        tenant = new ClusterAdmin(platform.kafkaClient(), Plan.BASIC_0, PREFIX);
    }

    @AfterAll
    static void stop() {
        tenant.close();
        platform.close();
    }

    @Test
    void a_topic_gets_the_prefix_and_permissions_which_go_with_it() throws Exception {
        tenant.create("orders", A_DAY);
        assertThat(permissions()).contains(PREFIX + "orders");
        assertThat(tenant.topics())
                .extracting(ClusterAdmin.Topic::name)
                .contains("orders")
                .doesNotContain("clicks");
        assertThat(tenant.topic(PREFIX + "orders")).isEqualTo(tenant.topic("orders"));

        tenant.delete("orders");
        assertThat(permissions()).doesNotContain(PREFIX + "orders");
        refuses(404, "There is no topic orders.", () -> tenant.topic("orders"));
        refuses(404, "There is no topic orders.", () -> tenant.delete("orders"));
    }

    @Test
    void records_of_a_shared_cluster_always_expire() throws Exception {
        refuses(
                422,
                "Retention time must be set for multi-tenanted plans",
                () -> tenant.create("forever", of(1, null)));
        tenant.create("compacted", A_DAY);
        tenant.alter(
                "compacted",
                new TopicRequest(Optional.empty(), Optional.empty(), Optional.of(true), A_DAY.retention()));

        assertThat(tenant.topic("compacted").compacted()).isTrue();
        assertThat(tenant.topic("compacted").retention()).contains(Duration.ofDays(1));
        refuses(
                422,
                "Retention time must be set for multi-tenanted plans",
                () -> tenant.alter(
                        "compacted",
                        new TopicRequest(Optional.empty(), Optional.empty(), Optional.of(true), Optional.empty())));
    }

    @Test
    void limits_of_the_plan_hold() {
        refuses(
                422,
                "with the plan basic-0 a topic has 1 to 240",
                () -> tenant.create("wide", of(241, Duration.ofDays(1))));
        refuses(422, "for 24 h to 168 h", () -> tenant.create("long", of(1, Duration.ofDays(8))));
        refuses(422, "for 24 h to 168 h", () -> tenant.create("short", of(1, Duration.ofHours(23))));
    }

    @Test
    void topics_that_are_created_at_once_keep_the_limits_together() throws Exception {
        try (var shop = new ClusterAdmin(platform.kafkaClient(), Plan.BASIC_0, "delta-1.");
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var creations = IntStream.range(0, 4)
                    .mapToObj(number -> threads.submit(() -> {
                        shop.create("wide-" + number, of(100, Duration.ofDays(1)));
                        return number;
                    }))
                    .toList();

            assertThat(creations.stream().map(ClusterAdminTest::outcome))
                    .as("of 240 partitions there are 100 twice")
                    .containsExactlyInAnyOrder(
                            "created",
                            "created",
                            "3 topics with 300 partitions are needed; the plan basic-0 has 40 and 240.",
                            "3 topics with 300 partitions are needed; the plan basic-0 has 40 and 240.");
        }
    }

    private static String outcome(Future<Integer> creation) {
        try {
            creation.get();
            return "created";
        } catch (ExecutionException e) {
            return e.getCause().getMessage();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void topics_of_kafka_itself_are_not_for_the_application() throws Exception {
        var offsets = "__consumer_offsets";
        try (var admin = Admin.create(platform.kafkaClient());
                var dedicated = new ClusterAdmin(platform.kafkaClient(), Plan.STANDARD_0, "")) {
            admin.alterConsumerGroupOffsets("any", Map.of(new TopicPartition("clicks", 0), new OffsetAndMetadata(0)))
                    .all()
                    .get();
            assertThat(admin.listTopics(new ListTopicsOptions().listInternal(true))
                            .names()
                            .get())
                    .contains(offsets);

            refuses(404, "There is no topic __consumer_offsets.", () -> dedicated.topic(offsets));
            refuses(404, "There is no topic __consumer_offsets.", () -> dedicated.alter(offsets, A_DAY));
            refuses(404, "There is no topic __consumer_offsets.", () -> dedicated.delete(offsets));
            refuses(422, "cannot be named __mine", () -> dedicated.create("__mine", A_DAY));

            assertThat(admin.listTopics(new ListTopicsOptions().listInternal(true))
                            .names()
                            .get())
                    .contains(offsets);
        }
    }

    @Test
    void a_group_is_created_listed_and_deleted() throws Exception {
        tenant.createGroup("readers");
        tenant.createGroup(PREFIX + "readers");
        assertThat(tenant.groups()).containsExactly("readers");

        tenant.deleteGroup("readers");
        assertThat(tenant.groups()).isEmpty();
        refuses(404, "There is no consumer group readers.", () -> tenant.deleteGroup("readers"));
        refuses(422, "The name of a consumer group", () -> tenant.createGroup("no blanks"));
    }

    @Test
    void rates_are_of_the_time_between_two_samples() throws Exception {
        tenant.create("busy", A_DAY);
        write("busy", 10);
        read("busy", 10);
        var before = tenant.sample();
        write("busy", 1_000);
        read("busy", 1_000);
        var now = tenant.sample();

        var seconds = Duration.between(before.at(), now.at()).toMillis() / 1000.0;
        var rates = now.since(before, PREFIX + "busy");
        assertThat(rates.messagesIn()).isEqualTo(Math.round(1_000 / seconds));
        assertThat(rates.bytesIn()).isGreaterThan(Math.round(100_000 / seconds));
        assertThat(rates.bytesOut()).isEqualTo(rates.bytesIn());
        assertThat(now.since(now, PREFIX + "busy").messagesIn()).isZero();
    }

    private static void write(String topic, int records) {
        var client = platform.kafkaClient();
        try (var producer = new KafkaProducer<>(client, new StringSerializer(), new StringSerializer())) {
            for (var record = 0; record < records; record++) {
                producer.send(new ProducerRecord<>(PREFIX + topic, record % 2, null, "x".repeat(100)));
            }
        }
    }

    private static void read(String topic, int records) {
        var client = new HashMap<>(platform.kafkaClient());
        client.put("group.id", PREFIX + "readers-of-" + topic);
        client.put("auto.offset.reset", "earliest");
        try (var consumer = new KafkaConsumer<>(client, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(PREFIX + topic));
            var left = records;
            while (left > 0) {
                left -= consumer.poll(Duration.ofSeconds(1)).count();
            }
        }
    }

    private static TopicRequest of(int partitions, Duration retention) {
        return new TopicRequest(
                Optional.of(partitions), Optional.empty(), Optional.empty(), Optional.ofNullable(retention));
    }

    private static void refuses(int status, String sentence, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(ControlException.class)
                .hasMessageContaining(sentence)
                .extracting(refusal -> ((ControlException) refusal).status())
                .isEqualTo(status);
    }

    private static List<String> permissions() throws Exception {
        try (var admin = Admin.create(platform.kafkaClient())) {
            return admin.describeAcls(AclBindingFilter.ANY).values().get().stream()
                    .map(permission -> permission.pattern().name())
                    .toList();
        }
    }
}
