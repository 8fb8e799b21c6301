package millrace.ingest.segment;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BotDetectorTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
                "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
                "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
                "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
            })
    void a_crawler_is_known_by_its_user_agent(String userAgent) {
        assertThat(BotDetector.isBot(userAgent)).isTrue();
        assertThat(BotDetector.isBot(userAgent)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36",
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
                        + " Version/17.5 Mobile/15E148 Safari/604.1",
            })
    void a_person_is_none(String userAgent) {
        assertThat(BotDetector.isBot(userAgent)).isFalse();
    }

    @Test
    void of_a_long_user_agent_only_the_beginning_is_looked_at_and_remembered() {
        assertThat(BotDetector.matchedPart("x".repeat(30_000))).hasSize(512);
        assertThat(BotDetector.isBot("x".repeat(512) + " Googlebot/2.1")).isFalse();
        assertThat(BotDetector.isBot("Googlebot/2.1 " + "x".repeat(30_000))).isTrue();
    }

    @Test
    void a_click_of_a_crawler_is_marked() {
        var click = SegmentFixture.record(SegmentFixture.message(
                "page", "'context':{'userAgent':'Mozilla/5.0 (compatible; Googlebot/2.1)'}", "'bot':false"));

        assertThat(SegmentFixture.text(click)).contains("'bot':true").doesNotContain("'bot':false");
        assertThat(SegmentFixture.text(SegmentFixture.record(SegmentFixture.message("page"))))
                .doesNotContain("bot");
    }
}
