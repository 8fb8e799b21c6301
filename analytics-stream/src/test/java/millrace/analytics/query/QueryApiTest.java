package millrace.analytics.query;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyOrNullString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import millrace.analytics.AnalyticsPlatform;
import millrace.events.Channels;
import millrace.events.ClickEvent;
import millrace.events.ClickEvent.PageViewed;
import millrace.events.Json;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Properties that all queries share: formats, limits, progress, access. */
@QuarkusTest
@QuarkusTestResource(AnalyticsPlatform.class)
@Tag("platform")
class QueryApiTest {
    @BeforeEach
    void awaitReady() {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));
    }

    @Test
    void a_list_has_a_limit_and_links_to_the_next_page() {
        view("2016-01-01T00:00:00Z", 7);
        var question = "/visits?from=2016-01-01T00:00:00Z&to=2016-01-02T00:00:00Z";
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> ask(question).body("", hasSize(7)));

        var seen = new ArrayList<String>();
        var next = question + "&limit=3";
        while (next != null) {
            var answer = ask(next).extract();
            seen.addAll(answer.jsonPath().getList("visitor"));
            assertThat(answer.jsonPath().getList("")).hasSizeLessThanOrEqualTo(3);
            var link = answer.header("Link");
            next = link == null ? null : link.substring(1, link.indexOf('>'));
        }

        assertThat(seen).containsExactly("v0", "v1", "v2", "v3", "v4", "v5", "v6");
        ask(question + "&limit=7").header("Link", nullValue());
    }

    @Test
    void an_invalid_limit_is_refused() {
        for (var limit : new String[] {"0", "-1", "10001", "many", "1e3", "99999999999"}) {
            for (var question : new String[] {"/visits", "/page-views", "/funnel", "/revenue", "/top-products"}) {
                asked(question + "?limit=" + limit)
                        .statusCode(400)
                        .body("detail", equalTo("limit must be a number from 1 to 10000, not " + limit));
            }
        }
    }

    @Test
    void every_list_can_be_csv() {
        for (var question : new String[] {"/visits", "/page-views", "/funnel", "/revenue", "/top-products"}) {
            var span = "?from=2001-01-01T00:00:00Z&to=2001-01-02T00:00:00Z";
            ask(question + span + "&format=csv")
                    .contentType("text/csv")
                    .body(containsString("start,end,"))
                    .body(not(containsString("[")));
        }
        given().header("Authorization", AnalyticsPlatform.READER)
                .accept("text/csv")
                .get("/visits?to=2001-01-01T00:00:00Z")
                .then()
                .statusCode(200)
                .contentType("text/csv")
                .body(equalTo(
                        "start,end,source,visitor,views,actions,entry,exit,referrer,campaign.name,campaign.source,"
                                + "campaign.medium,device,reached,bounce,closed,settled\r\n"));
        asked("/visits?format=xml").statusCode(400).body("detail", equalTo("format must be csv or json, not xml"));
    }

    @Test
    void the_job_describes_its_topology_as_kafka_streams_does() {
        var topology = given().header("Authorization", AnalyticsPlatform.READER).get("/topology");

        topology.then().statusCode(200).contentType("text/plain");
        assertThat(topology.asString()).startsWith("Topologies:").contains("Sub-topology: 1", "(stores: [events])");
    }

    @Test
    void the_job_reports_its_progress() {
        ask("/progress")
                .body("state", equalTo("RUNNING"))
                .body("stores.findAll { it.store == 'events' }.partition", equalTo(List.of(0, 1, 2)))
                .body("stores.findAll { it.restored != it.total }", hasSize(0))
                .body("tasks.size()", greaterThan(0));
        given().get("/q/metrics")
                .then()
                .body(containsString("analytics_restore_remaining_records{store=\"events\"} 0.0"));
    }

    @Test
    void queries_between_instances_need_a_key_and_are_not_in_the_api_document() {
        given().get("/rows/visits").then().statusCode(401);
        ask("/rows/visits").contentType("application/octet-stream");
        asked("/rows/nothing").statusCode(404);
        given().get("/q/openapi").then().body(not(containsString("/rows")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/attribution/{source}/{number} | number source | "
                        + "orderId source timestamp country currency totalMinor visitor visit",
                "/funnel | after campaign format from limit to | "
                        + "start end campaign visits products carts checkouts orders conversion",
                "/page-views | after by=minute format from limit page to | start end page views visitors settled",
                "/revenue | after by=minute country format from limit to | "
                        + "start end country currency orders units revenue refunds refunded settled",
                "/top-products | after by=bought format from limit product to | start end rank productId count",
                "/trending | after format from limit product to | productId start end views usual score",
                "/visits | after format from limit to | start end source visitor views actions entry exit referrer "
                        + "campaign device reached bounce closed settled"
            })
    void the_api_document_has_parameters_and_fields_of_each_query(String path, String parameters, String fields)
            throws IOException {
        var document = Json.MAPPER.readTree(
                given().accept("application/json").get("/q/openapi").asString());
        var query = document.path("paths").path(path).path("get");
        var answer = query.path("responses").path("200").path("content").path("application/json");
        var row = answer.path("schema").has("items") ? answer.at("/schema/items") : answer.path("schema");
        var schema = document.at(row.path("$ref").asText().substring(1));

        assertThat(query.path("parameters")).extracting(QueryApiTest::parameter).containsExactly(parameters.split(" "));
        assertThat(schema.path("properties").fieldNames()).toIterable().containsExactly(fields.split(" "));
        assertThat(query.at("/responses/200/content").has("text/csv")).isEqualTo(!path.startsWith("/attribution"));
    }

    private static String parameter(JsonNode parameter) {
        var preset = parameter.at("/schema/default");
        return parameter.get("name").asText() + (preset.isMissingNode() ? "" : "=" + preset.asText());
    }

    @Test
    void a_path_or_method_that_does_not_exist_is_answered_as_a_problem() {
        asked("/attribution/without-a-number")
                .statusCode(404)
                .contentType("application/problem+json")
                .body("status", equalTo(404))
                .body("detail", not(emptyOrNullString()));
        given().header("Authorization", AnalyticsPlatform.READER)
                .post("/visits")
                .then()
                .statusCode(405)
                .contentType("application/problem+json")
                .body("status", equalTo(405));
    }

    private static void view(String first, int visits) {
        var platform = AnalyticsPlatform.platform();
        var time = Instant.parse(first);
        try (var producer = new KafkaProducer<>(
                platform.kafkaClient(),
                Channels.CLICKS.key().serializer(),
                Channels.CLICKS.value().serializer())) {
            for (int i = 0; i < visits; i++) {
                var page = new ClickEvent.Page("/", null, null, null);
                ClickEvent view = new PageViewed(
                        "q" + i,
                        "question",
                        "v" + i,
                        null,
                        time.plusSeconds(i / 3),
                        Instant.now(),
                        null,
                        page,
                        null,
                        null);
                producer.send(new ProducerRecord<>(platform.topic("clicks"), "v" + i, view));
            }
        }
    }

    private static ValidatableResponse ask(String question) {
        return asked(question).statusCode(200);
    }

    private static ValidatableResponse asked(String question) {
        return given().urlEncodingEnabled(false)
                .header("Authorization", AnalyticsPlatform.READER)
                .get(question)
                .then();
    }
}
