package millrace.ingest.segment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Base64;
import millrace.events.Channels;
import millrace.ingest.EdgePlatformResource;
import millrace.ingest.EdgeTestClient;
import millrace.ingest.PublishedRecords;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings, preflights, beacons and pixels: requests of SDKs and pages beside the messages themselves. */
@QuarkusTest
@QuarkusTestResource(EdgePlatformResource.class)
@Tag("platform")
class SdkSettingsTest {
    private static final String KEY = EdgePlatformResource.WRITE_KEY;
    private static final String PAGE = "https://anywhere.example";

    @Test
    void a_preflight_is_answered_before_anybody_is_known_and_mirrors_what_is_asked() {
        var response = EdgeTestClient.send(
                "OPTIONS",
                "/v1/t",
                new byte[0],
                "Origin",
                PAGE,
                "Access-Control-Request-Method",
                "POST",
                "Access-Control-Request-Headers",
                "authorization,sentat,rsa-retry-attempt");

        assertThat(response.status()).isEqualTo(204);
        assertThat(response.header("Access-Control-Allow-Origin")).hasValue(PAGE);
        assertThat(response.header("Access-Control-Allow-Credentials")).hasValue("true");
        assertThat(response.header("Access-Control-Allow-Methods")).hasValue("POST");
        assertThat(response.header("Access-Control-Allow-Headers")).hasValue("authorization,sentat,rsa-retry-attempt");
        assertThat(response.header("Access-Control-Max-Age")).hasValue("7200");
        assertThat(response.header("Vary").orElseThrow()).contains("Origin");
    }

    @Test
    void a_page_may_read_what_went_wrong() {
        var response = EdgeTestClient.postWithoutKey("/v1/t", "{'userId':'u'}", "Origin", PAGE);

        assertThat(response.status()).isEqualTo(401);
        assertThat(response.header("Access-Control-Allow-Origin")).hasValue(PAGE);
    }

    @ParameterizedTest
    @CsvSource({"t, track", "p, page", "s, screen", "i, identify", "g, group", "a, alias"})
    void browsers_use_short_paths(String path, String type) {
        var response = EdgeTestClient.post(
                "/v1/" + path,
                "{'userId':'u','event':'e','groupId':'g','previousId':'p','messageId':'n-" + type + "'}",
                "Content-Type",
                "text/plain");

        assertThat(response.status()).isEqualTo(200);
        assertThat(SegmentFixture.text(PublishedRecords.records(Channels.CLICKS, "n-" + type)
                        .getFirst()
                        .value()))
                .startsWith("{'type':'" + type + "'");
    }

    @Test
    void a_page_that_is_left_sends_a_beacon_without_credentials() {
        var batch = "{'batch':[{'type':'page','userId':'u','messageId':'n-1'}]}";

        assertThat(EdgeTestClient.postWithoutKey(
                                "/beacon/v1/batch?writeKey=" + KEY, batch, "Content-Type", "text/plain")
                        .status())
                .isEqualTo(200);
        assertThat(PublishedRecords.records(Channels.CLICKS, "n-1")).hasSize(1);
    }

    @Test
    void segments_sdk_finds_its_settings() {
        var response = EdgeTestClient.get("/v1/projects/" + KEY + "/settings", "Origin", PAGE);

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.json().at("/integrations/Segment.io/apiKey").asText())
                .isEqualTo(KEY);
        assertThat(response.json().at("/metrics/sampleRate").asInt(1))
                .as("the SDK's own metrics, for which there is no path")
                .isZero();
        assertThat(response.header("Access-Control-Allow-Origin")).hasValue(PAGE);
        assertThat(EdgeTestClient.get("/v1/projects/wrong/settings").status()).isEqualTo(401);
        assertThat(EdgeTestClient.get("/v1/projects//settings").status()).isEqualTo(404);
        assertThat(EdgeTestClient.get("/v1/projects/a/b/settings").status()).isEqualTo(404);
    }

    @Test
    void rudders_sdk_finds_its_settings() {
        var response =
                EdgeTestClient.get("/sourceConfig/?p=npm&writeKey=" + KEY, "Authorization", EdgeTestClient.BASIC);

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.json().at("/source/enabled").asBoolean()).isTrue();
        assertThat(response.json().at("/source/writeKey").asText()).isEqualTo(KEY);
        assertThat(EdgeTestClient.get("/sourceConfig/").status()).isEqualTo(401);
    }

    @Test
    void a_pixel_is_a_message_as_base64_or_field_by_field() {
        var message =
                "{\"writeKey\":\"" + KEY + "\",\"userId\":\"u\",\"event\":\"Email Opened\",\"messageId\":\"n-2\"}";
        var data = Base64.getUrlEncoder().withoutPadding().encodeToString(message.getBytes(UTF_8));

        var whole = EdgeTestClient.get("/v1/pixel/track?data=" + data);
        var fields = EdgeTestClient.get("/v1/pixel/track?writeKey=" + KEY
                + "&userId=u&event=Email%20Opened&messageId=n-3&properties.subject=Hi&properties.a.b=c");

        assertThat(whole.header("Content-Type")).hasValue("image/gif");
        assertThat(whole.text()).startsWith("GIF89a");
        assertThat(fields.status()).isEqualTo(200);
        assertThat(PublishedRecords.records(Channels.CLICKS, "n-2")).hasSize(1);
        assertThat(SegmentFixture.text(PublishedRecords.records(Channels.CLICKS, "n-3")
                        .getFirst()
                        .value()))
                .contains("'properties':{'subject':'Hi','a':{'b':'c'}}")
                .doesNotContain(KEY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?data=%21", "?data=bm90IGpzb24", "?writeKey=wrong&userId=u"})
    void a_pixel_comes_back_whatever_becomes_of_its_message(String query) {
        var response = EdgeTestClient.get("/v1/pixel/page" + query);

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).startsWith("GIF89a");
    }

    @Test
    void a_method_that_a_path_does_not_take_is_answered_with_those_it_does() {
        var response = EdgeTestClient.get("/v1/track");

        assertThat(response.status()).isEqualTo(405);
        assertThat(response.header("Allow")).hasValue("POST");
        assertThat(EdgeTestClient.get("/v1/nothing").status()).isEqualTo(404);
    }
}
