package millrace.ingest;

import static millrace.ingest.Http.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import millrace.events.Channels;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(PlatformResource.class)
class OutageTest {
    private final List<String> acknowledged = new ArrayList<>();
    private int sent;

    @Test
    void while_the_broker_is_away_nothing_succeeds_and_nothing_acknowledged_is_lost() {
        var broker = PlatformResource.platform.servers().getFirst();
        assertThat(send().status()).isEqualTo(200);

        broker.stop();
        var answer = send();
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).hasValue("1");
        assertThat(Http.get("/q/health/ready").status()).isEqualTo(503);

        broker.start();
        await().atMost(Duration.ofSeconds(30)).until(() -> send().status() == 200);
        await().atMost(Duration.ofSeconds(10))
                .until(() -> Http.get("/q/health/ready").status() == 200);
        assertThat(acknowledged)
                .allSatisfy(
                        id -> assertThat(Topics.records(Channels.CLICKS, id)).hasSize(1));
    }

    private Http.Answer send() {
        var id = "outage-" + sent++;
        var answer = post("/v1/page", "{'userId':'u','messageId':'" + id + "'}");
        if (answer.status() == 200) {
            acknowledged.add(id);
        }
        return answer;
    }
}
