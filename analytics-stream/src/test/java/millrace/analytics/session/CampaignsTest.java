package millrace.analytics.session;

import static org.assertj.core.api.Assertions.assertThat;

import millrace.events.ClickEvent.Campaign;
import millrace.events.ClickEvent.Context;
import org.junit.jupiter.api.Test;

class CampaignsTest {
    @Test
    void the_address_names_it_by_its_utm_parameters() {
        assertThat(Campaigns.of(null, "https://shop.example/a?x=1&utm_campaign=may%20sale&utm_source=mail#top"))
                .isEqualTo(new Campaign("may sale", "mail", null));
    }

    @Test
    void what_the_sender_says_comes_first() {
        var context = new Context(null, null, new Campaign("june", null, null));

        assertThat(Campaigns.of(context, "https://shop.example/?utm_campaign=may")
                        .name())
                .isEqualTo("june");
    }

    @Test
    void an_address_without_or_with_a_broken_one_is_read_as_far_as_it_goes() {
        assertThat(Campaigns.of(null, null)).isNull();
        assertThat(Campaigns.of(null, "https://shop.example/utm_campaign=x")).isNull();
        assertThat(Campaigns.of(null, "https://shop.example/?utm_campaign=%zz").name())
                .isEqualTo("%zz");
    }
}
