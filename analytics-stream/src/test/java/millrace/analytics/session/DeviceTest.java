package millrace.analytics.session;

import static org.assertj.core.api.Assertions.assertThat;

import millrace.events.Visit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceTest {
    @ParameterizedTest
    @CsvSource({
        "DESKTOP, Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "MOBILE, Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/143.0.0.0 Mobile Safari/537.36",
        "TABLET, Mozilla/5.0 (Linux; Android 14; SM-X700) AppleWebKit/537.36 Chrome/143.0.0.0 Safari/537.36",
        "TABLET, Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
        "MOBILE, Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148 Safari/604.1",
        "UNKNOWN, -",
        "UNKNOWN, ",
    })
    void a_browser_says_what_it_runs_on(Visit.Device device, String userAgent) {
        assertThat(Device.of(userAgent, null)).isEqualTo(device);
    }

    @Test
    void what_the_edge_knows_for_a_crawler_is_one() {
        assertThat(Device.of("Mozilla/5.0 (Android; Mobile)", true)).isEqualTo(Visit.Device.BOT);
    }
}
