package millrace.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import millrace.ingest.EdgePlatformResource;
import millrace.ingest.EdgeTestClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Callers without a key attack the edge's memory, connections and time, while others send with a key. */
@QuarkusTest
@QuarkusTestResource(EdgePlatformResource.class)
@Tag("platform")
class UnauthenticatedAttackTest {
    private static final String ATTACKER = "127.0.0.2";
    private static final String HOST = " HTTP/1.1\r\nHost: edge\r\n";
    private static final String WRONG =
            "Authorization: Basic " + Base64.getEncoder().encodeToString("wrong:".getBytes()) + "\r\n";

    @Inject
    InFlightBudget inFlight;

    @Inject
    UnauthenticatedBudget unauthenticated;

    private final List<RawConnection> connections = new ArrayList<>();

    @Test
    void announced_lengths_hold_nothing() throws Exception {
        attack(() -> {
            for (int i = 0; i < 40; i++) {
                attacker().send("POST /v1/page" + HOST + "Content-Length: 1024000\r\n\r\n");
            }
            assertThat(inFlight.held()).isLessThan(1_000_000);
        });
    }

    @Test
    void a_body_that_never_begins_is_given_up() throws IOException {
        assertThat(attacker()
                        .send("POST /v1/page" + HOST + "Content-Length: 100\r\n\r\n")
                        .untilClosed())
                .startsWith("HTTP/1.1 408 ")
                .contains("The body did not come within 2 s.");
    }

    @Test
    void a_chunked_body_without_an_end_is_given_up_on_every_method_and_path() throws Exception {
        var requests = List.of(
                "GET /v1/pixel/track",
                "HEAD /v1/pixel/track",
                "OPTIONS /v1/batch",
                "OPTIONS *",
                "DELETE /v1/batch",
                "CONNECT edge:80",
                "GET nothing",
                "POST /nothing/here",
                "GET /nothing/here",
                "POST /q/health/live",
                "GET /q/health/live",
                "GET /q/openapi",
                "GET /q/metrics",
                "POST /v1/batch");
        attack(() -> {
            var open = new HashMap<String, RawConnection>();
            for (var request : requests) {
                open.put(request, attacker().send(request + HOST + "Transfer-Encoding: chunked\r\n\r\n"));
            }
            open.put("no host", attacker().send("POST /v1/batch HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"));
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                open.values().removeIf(connection -> !takes(connection, "1\r\nx\r\n"));
                assertThat(open.keySet()).isEmpty();
            });
        });
    }

    @Test
    void what_is_no_path_is_the_callers_fault() throws IOException {
        for (var request : List.of("OPTIONS *", "CONNECT edge:80", "GET nothing", "GET http://[", "GET /%zz")) {
            assertThat(attacker().send(request + HOST + "\r\n").response())
                    .as(request)
                    .containsPattern("^HTTP/1.1 4[0-9]{2} ");
        }
    }

    private static boolean takes(RawConnection connection, String bytes) {
        try {
            connection.send(bytes);
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    @Test
    void a_long_chunked_body_of_a_get_is_refused_like_any_other() throws IOException {
        var chunk = Integer.toHexString(100_000) + "\r\n" + "x".repeat(100_000) + "\r\n";
        var connection = attacker().send("GET /v1/pixel/track" + HOST + "Transfer-Encoding: chunked\r\n\r\n");
        try {
            for (int i = 0; i < 40; i++) {
                connection.send(chunk);
            }
        } catch (IOException closedByTheEdge) {
            assertThat(connection.isOpen()).isFalse();
            return;
        }
        assertThat(connection.response()).startsWith("HTTP/1.1 413 ");
    }

    @Test
    void headers_that_come_byte_by_byte_are_given_up() throws Exception {
        attack(() -> {
            var connection = attacker().send("POST /v1/page" + HOST + "X-Slow: ");
            await("closed").atMost(Duration.ofSeconds(30)).until(() -> {
                try {
                    connection.send("x");
                    return false;
                } catch (IOException closed) {
                    return true;
                }
            });
        });
    }

    @Test
    void a_wrong_key_is_answered_before_the_body_comes() throws IOException {
        assertThat(attacker()
                        .send("POST /v1/page" + HOST + WRONG + "Content-Length: 1000\r\nExpect: 100-continue\r\n\r\n")
                        .response())
                .startsWith("HTTP/1.1 401 ");
    }

    @Test
    void a_right_key_is_told_to_go_on() throws IOException {
        var connection = RawConnection.from("127.0.0.1");
        connections.add(connection);
        connection.send("POST /v1/page" + HOST + "Authorization: " + EdgeTestClient.BASIC
                + "\r\nContent-Length: 14\r\nExpect: 100-continue\r\n\r\n");

        assertThat(connection.response()).startsWith("HTTP/1.1 100 ");
        assertThat(connection.send("{\"userId\":\"u\"}").response()).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void slow_bodies_without_a_key_make_room_for_others() throws Exception {
        attack(() -> {
            for (int i = 0; i < 40; i++) {
                attacker("127.0.1." + i)
                        .send("POST /v1/batch" + HOST + "Content-Length: 500000\r\n\r\n" + "x".repeat(400_000));
            }
        });
        assertThat(inFlight.held()).isLessThan(9_000_000);
    }

    @Test
    void who_fails_too_often_is_put_off_and_nobody_else() throws Exception {
        var put = new AtomicInteger();
        attack(() -> {
            var connection = attacker("127.0.0.9");
            var body = "{\"writeKey\":\"wrong\",\"x\":\"" + "x".repeat(30_000) + "\"}";
            for (int i = 0; i < 300; i++) {
                var response = connection
                        .send("POST /v1/page" + HOST + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                        .response();
                assertThat(response).containsPattern("^HTTP/1.1 (401|429) ");
                if (response.startsWith("HTTP/1.1 429 ")) {
                    assertThat(response).containsIgnoringCase("retry-after: ");
                    put.incrementAndGet();
                }
            }
        });
        assertThat(put.get()).isPositive();
    }

    @Test
    void who_is_put_off_is_taken_with_a_key_before_the_body() throws IOException {
        var address = "127.0.0.10";
        unauthenticated.failed(address, 3_000_000);
        var body = "Content-Length: 14\r\n\r\n{\"userId\":\"u\"}";
        var query = "?userId=u&writeKey=" + EdgePlatformResource.WRITE_KEY;

        assertThat(attacker(address).send("POST /v1/page" + HOST + body).response())
                .startsWith("HTTP/1.1 429 ");
        assertThat(attacker(address)
                        .send("POST /v1/page" + HOST + "Authorization: Bearer x\r\n" + body)
                        .response())
                .startsWith("HTTP/1.1 429 ");
        assertThat(attacker(address).send("GET /v1/pixel/page" + HOST + "\r\n").response())
                .startsWith("HTTP/1.1 429 ");
        assertThat(attacker(address)
                        .send("GET /v1/pixel/page" + query + HOST + "\r\n")
                        .response())
                .startsWith("HTTP/1.1 200 ");
        assertThat(attacker(address)
                        .send("POST /v1/page" + HOST + "Authorization: " + EdgeTestClient.BASIC + "\r\n" + body)
                        .response())
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void http_2_is_not_spoken() throws IOException {
        assertThat(attacker()
                        .send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0")
                        .response())
                .contains(" 400 ", "The request has no header Host, or no path.");
        assertThat(attacker()
                        .send("POST /v1/page" + HOST
                                + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                                + "HTTP2-Settings: AAMAAABkAAQAAP__\r\nContent-Length: 0\r\n\r\n")
                        .response())
                .startsWith("HTTP/1.1 401 ");
    }

    @Test
    void who_never_reads_answers_is_cut_off() throws Exception {
        attack(() -> {
            var connection = attacker("127.0.0.8");
            var requests = ("GET /nothing/here" + HOST + "\r\n").repeat(500);
            var ended = new AtomicBoolean();
            var sender = Thread.ofPlatform().daemon().start(() -> {
                try {
                    for (int i = 0; i < 200_000; i++) {
                        connection.send(requests);
                    }
                } catch (IOException closed) {
                    ended.set(true);
                }
            });
            await("cut off").atMost(Duration.ofSeconds(60)).untilTrue(ended);
            sender.join(5_000);
        });
    }

    @Test
    void idle_connections_of_one_address_do_not_keep_others_out() throws Exception {
        attack(() -> {
            for (int i = 0; i < 2_000; i++) {
                try {
                    attacker("127.0.0.7");
                } catch (IOException refused) {
                    continue;
                }
            }
            assertThat(EdgeTestClient.get("/q/health/live").status()).isEqualTo(200);
        });
        await("no more than the limit are open")
                .until(() -> connections.stream().filter(RawConnection::isOpen).count() <= 200);
    }

    private RawConnection attacker() throws IOException {
        return attacker(ATTACKER);
    }

    private RawConnection attacker(String address) throws IOException {
        var connection = RawConnection.from(address);
        connections.add(connection);
        return connection;
    }

    private interface Attack {
        void run() throws Exception;
    }

    /**
     * Attacks while one client sends with a key in the header and another with a key in the body: both are served
     * throughout.
     */
    private void attack(Attack attack) throws Exception {
        var over = new AtomicBoolean();
        var responses = new java.util.concurrent.ConcurrentLinkedQueue<Integer>();
        var senders = List.of(
                Thread.ofPlatform().start(() -> {
                    while (!over.get()) {
                        responses.add(EdgeTestClient.post("/v1/page", "{'userId':'u'}")
                                .status());
                    }
                }),
                Thread.ofPlatform().start(() -> {
                    var body = "{'userId':'u','writeKey':'" + EdgePlatformResource.WRITE_KEY + "'}";
                    while (!over.get()) {
                        responses.add(
                                EdgeTestClient.postWithoutKey("/v1/page", body).status());
                    }
                }));
        try {
            attack.run();
            var sofar = responses.size();
            await("both go on").until(() -> responses.size() > sofar + 10);
        } finally {
            over.set(true);
            for (var sender : senders) {
                sender.join();
            }
        }
        assertThat(responses).containsOnly(200);
    }

    @org.junit.jupiter.api.AfterEach
    void close() throws IOException {
        for (var connection : connections) {
            connection.close();
        }
        await("nothing is held").until(() -> inFlight.held() == 0);
    }
}
