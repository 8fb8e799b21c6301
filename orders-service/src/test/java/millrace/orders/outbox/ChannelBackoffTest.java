package millrace.orders.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import millrace.orders.outage.Alarms;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

/** A channel that cannot be written is paused, and the others go on. */
class ChannelBackoffTest {
    private final ChannelBackoff channels = new ChannelBackoff(0, new Alarms(new SimpleMeterRegistry()));

    @Test
    void a_channel_rests_after_a_failure_and_no_other_does() {
        channels.failed("orders", new TopicAuthorizationException("orders"));

        assertThat(channels.pausedChannels()).containsExactly("orders");
    }

    @Test
    void a_channel_that_works_again_rests_no_more() {
        channels.failed("orders", new TopicAuthorizationException("orders"));
        channels.failed("order-state", new TopicAuthorizationException("order-state"));

        channels.succeeded("orders");

        assertThat(channels.pausedChannels()).containsExactly("order-state");
    }
}
