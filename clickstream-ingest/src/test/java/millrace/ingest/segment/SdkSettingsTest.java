package millrace.ingest.segment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Base64;
import millrace.events.Channels;
import millrace.ingest.SegmentFixture;
import millrace.ingest.EdgeClient;
import millrace.ingest.EdgePlatformResource;
import millrace.ingest.PublishedRecords;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the protocol's SDKs and pages need beside the messages themselves. */
@QuarkusTest
@QuarkusTestResource(EdgePlatformResource.class)
@Tag("platform")
class SdkSettingsTest {
    private static final String KEY = EdgePlatformResource.WRITE_KEY;
    private static final String PAGE = "https://anywhere.example";

    @Test
    void a_preflight_is_answered_before_anybody_is_known_and_mirrors_what_is_asked() {
        var answer = EdgeClient.send(
                "OPTIONS",
                "/v1/t",
                new byte[0],
                "Origin",
                PAGE,
                "Access-Control-Request-Method",
                "POST",
                "Access-Control-Request-Headers",
                "authorization,sentat,rsa-retry-attempt");

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header("Access-Control-Allow-Origin")).hasValue(PAGE);
        assertThat(answer.header("Access-Control-Allow-Credentials")).hasValue("true");
        assertThat(answer.header("Access-Control-Allow-Methods")).hasValue("POST");
        assertThat(answer.header("Access-Control-Allow-Headers")).hasValue("authorization,sentat,rsa-retry-attempt");
        assertThat(answer.header("Access-Control-Max-Age")).hasValue("7200");
        assertThat(answer.header("Vary").orElseThrow()).contains("Origin");
    }

    @Test
    void a_page_may_read_what_went_wrong() {
        var answer = EdgeClient.postAsStranger("/v1/t", "{'userId':'u'}", "Origin", PAGE);

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("Access-Control-Allow-Origin")).hasValue(PAGE);
    }

    @ParameterizedTest
    @CsvSource({"t, track", "p, page", "s, screen", "i, identify", "g, group", "a, alias"})
    void browsers_use_short_paths(String path, String type) {
        var answer = EdgeClient.post(
                "/v1/" + path,
                "{'userId':'u','event':'e','groupId':'g','previousId':'p','messageId':'n-" + type + "'}",
                "Content-Type",
                "text/plain");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(SegmentFixture.text(
                        PublishedRecords.records(Channels.CLICKS, "n-" + type).getFirst().value()))
                .startsWith("{'type':'" + type + "'");
    }

    @Test
    void a_page_that_is_left_sends_a_beacon_without_credentials() {
        var batch = "{'batch':[{'type':'page','userId':'u','messageId':'n-1'}]}";

        assertThat(EdgeClient.postAsStranger("/beacon/v1/batch?writeKey=" + KEY, batch, "Content-Type", "text/plain")
                        .status())
                .isEqualTo(200);
        assertThat(PublishedRecords.records(Channels.CLICKS, "n-1")).hasSize(1);
    }

    @Test
    void segments_sdk_finds_its_settings() {
        var answer = EdgeClient.get("/v1/projects/" + KEY + "/settings", "Origin", PAGE);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().at("/integrations/Segment.io/apiKey").asText()).isEqualTo(KEY);
        assertThat(answer.json().at("/metrics/sampleRate").asInt(1))
                .as("the SDK's own metrics, for which there is no path")
                .isZero();
        assertThat(answer.header("Access-Control-Allow-Origin")).hasValue(PAGE);
        assertThat(EdgeClient.get("/v1/projects/wrong/settings").status()).isEqualTo(401);
        assertThat(EdgeClient.get("/v1/projects//settings").status()).isEqualTo(404);
        assertThat(EdgeClient.get("/v1/projects/a/b/settings").status()).isEqualTo(404);
    }

    @Test
    void rudders_sdk_finds_its_settings() {
        var answer = EdgeClient.get("/sourceConfig/?p=npm&writeKey=" + KEY, "Authorization", EdgeClient.BASIC);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().at("/source/enabled").asBoolean()).isTrue();
        assertThat(answer.json().at("/source/writeKey").asText()).isEqualTo(KEY);
        assertThat(EdgeClient.get("/sourceConfig/").status()).isEqualTo(401);
    }

    @Test
    void a_pixel_is_a_message_as_base64_or_field_by_field() {
        var message =
                "{\"writeKey\":\"" + KEY + "\",\"userId\":\"u\",\"event\":\"Email Opened\",\"messageId\":\"n-2\"}";
        var data = Base64.getUrlEncoder().withoutPadding().encodeToString(message.getBytes(UTF_8));

        var whole = EdgeClient.get("/v1/pixel/track?data=" + data);
        var fields = EdgeClient.get("/v1/pixel/track?writeKey=" + KEY
                + "&userId=u&event=Email%20Opened&messageId=n-3&properties.subject=Hi&properties.a.b=c");

        assertThat(whole.header("Content-Type")).hasValue("image/gif");
        assertThat(whole.text()).startsWith("GIF89a");
        assertThat(fields.status()).isEqualTo(200);
        assertThat(PublishedRecords.records(Channels.CLICKS, "n-2")).hasSize(1);
        assertThat(SegmentFixture.text(PublishedRecords.records(Channels.CLICKS, "n-3").getFirst().value()))
                .contains("'properties':{'subject':'Hi','a':{'b':'c'}}")
                .doesNotContain(KEY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?data=%21", "?data=bm90IGpzb24", "?writeKey=wrong&userId=u"})
    void a_pixel_comes_back_whatever_becomes_of_its_message(String query) {
        var answer = EdgeClient.get("/v1/pixel/page" + query);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).startsWith("GIF89a");
    }

    @Test
    void a_method_that_a_path_does_not_take_is_answered_with_those_it_does() {
        var answer = EdgeClient.get("/v1/track");

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow")).hasValue("POST");
        assertThat(EdgeClient.get("/v1/nothing").status()).isEqualTo(404);
    }
}
