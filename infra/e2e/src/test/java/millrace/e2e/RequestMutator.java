package millrace.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Creates requests like those of real senders, and mutates most of them like faulty senders and attackers do. A seed
 * gives the same requests in each run.
 */
final class RequestMutator {
    private static final JsonFactory JSON = new JsonFactory();

    private static final List<Request> SEEDS = List.of(
            segment("/v1/batch", """
                    {"sentAt":"2026-11-28T10:00:00Z","context":{"ip":"203.0.113.9","campaign":{"name":"may"}},"batch":[
                    {"type":"page","messageId":"{id}-0","anonymousId":"a-{n}","timestamp":"2026-11-28T09:59:58.123Z","properties":{"path":"/p{n}","url":"https://shop.example/p?a=1"},"context":{"userAgent":"curl/8","locale":"de-DE"}},
                    {"type":"track","messageId":"{id}-1","userId":{n},"event":"Product Viewed","properties":{"product_id":"p-{n}","price":19.99,"tags":["a",{"b":null}]}},
                    {"type":"identify","messageId":"{id}-2","userId":"u-{n}","traits":{"email":"a@example.org","plan":[]}}]}"""),
            segment("/v1/batch", """
                    {"batch":[{"type":"track","messageId":"{id}-0","anonymousId":"a-{n}","userId":"u-{n}","event":"Order Completed","properties":{"order_id":"o-{n}","currency":"EUR","total":27.50,"revenue":25.0,"shipping":3,"tax":2,"discount":2.5,"coupon":"MAY","products":[{"product_id":"p1","price":19,"quantity":1},{"sku":"s2","price":3.0000000000000004,"quantity":2}]}},
                    {"type":"track","messageId":"{id}-1","userId":"u-{n}","event":"Order Refunded","properties":{"order_id":"o-{n}","currency":"EUR","total":1.1}},
                    {"type":"track","messageId":"{id}-2","userId":"u-{n}","event":"Order Cancelled","properties":{"order_id":"o-{n}","reason":"none"}}]}"""),
            segment("/v1/track", """
                    {"messageId":"{id}","anonymousId":"a-{n}","event":"Clicked","timestamp":"2026-11-28T09:59:58+01:00","properties":{"deep":{"a":{"b":{"c":[1,2,[3]]}}}}}"""),
            segment("/v1/page", """
                    {"messageId":"{id}","anonymousId":"a-{n}","name":"Home","context":{"page":{"path":"/"},"ip":"2001:db8::1"}}"""),
            json("/orders", """
                    {"orderId":"d-{n}","customerId":"c-{n}","country":"France","currency":"GBP","total":"16.50","shipping":"1.00","tax":0.5,"lines":[{"productId":"p","name":"Lamp","quantity":2,"unitPrice":"7.50"}]}""").with("idempotency-key", "{id}"),
            json("/orders", """
                    {"orderId":"r-{n}","currency":"GBP","lines":[{"productId":"p","quantity":0,"unitPrice":-1}]}""").with("idempotency-key", "{id}"),
            new Request("/events", Map.of("content-type", "application/cloudevents+json"), bytes("""
                    {"specversion":"1.0","id":"{id}","source":"/checkout/{n}","type":"com.example.click","partitionkey":"v-{n}","time":"2026-11-28T09:59:58.5Z","datacontenttype":"application/json","data":{"n":{n},"path":"/a"}}""")),
            new Request("/events", Map.of("content-type", "application/cloudevents-batch+json"), bytes("""
                    [{"specversion":"1.0","id":"{id}-0","source":"/a","type":"t","partitionkey":"v-{n}","data":1},{"specversion":"1.0","id":"{id}-1","source":"/a","type":"t","partitionkey":"v-{n}","data_base64":"aGVsbG8="}]""")),
            new Request(
                    "/events",
                    Map.of(
                            "content-type", "application/json",
                            "ce-specversion", "1.0",
                            "ce-id", "{id}",
                            "ce-source", "/b%20c",
                            "ce-type", "t",
                            "ce-partitionkey", "v-{n}"),
                    bytes("{\"a\":[1,2.5e3,true,null,\"\\u00e9\"]}")));

    private static final List<String> ODD = List.of(
            "null",
            "true",
            "[]",
            "{}",
            "0",
            "-1",
            "-0.0",
            "1e99999999",
            "1e-99999999",
            "123456789012345678901234567890",
            "9".repeat(150),
            "0.30000000000000004",
            "\"\"",
            "\" \"",
            "\"\\u0000\"",
            "\"\\ud83d\"",
            "\"\\ud83d\\ude00\"",
            "\"" + "x".repeat(300) + "\"",
            "\"" + "y".repeat(40_000) + "\"",
            "\"\u00ed\u00a0\u0080\"",
            "\"\u00c0\u0080\"",
            "\"\u00ff\u00fe\"",
            "\"\u00f5\u0090\u0080\u0080\"",
            "[".repeat(31) + "]".repeat(31),
            "[".repeat(40) + "]".repeat(40),
            "[".repeat(3_000) + "]".repeat(3_000),
            "{\"a\":".repeat(33) + "1" + "}".repeat(33),
            "[" + "1,".repeat(3_000) + "1]",
            "{\"ip\":\"198.51.100.1\",\"ip\":\"198.51.100.2\"}",
            "\"2024-13-45T99:99:99Z\"",
            "\"2016-12-31t23:59:60z\"",
            "253402300800000",
            "\"EUR\"",
            "\"__proto__\"",
            "NaN",
            "'single'",
            "\"unclosed");

    private static final List<String> TYPES = List.of(
            "application/json",
            "text/plain",
            "application/json; charset=utf-16",
            "application/cloudevents+json",
            "application/cloudevents-batch+json",
            "application/cloudevents+xml",
            "multipart/form-data; boundary=x",
            "x".repeat(200));

    private final Random random;
    private final String name;
    private int number;

    /**
     * A request to the edge.
     *
     * @param headers besides the authorization
     */
    record Request(String path, Map<String, String> headers, byte[] body) {
        Request with(String header, String value) {
            var more = new LinkedHashMap<>(headers);
            more.put(header, value);
            return new Request(path, more, body);
        }

        Request without(String header) {
            var fewer = new LinkedHashMap<>(headers);
            fewer.remove(header);
            return new Request(path, fewer, body);
        }

        Request with(byte[] other) {
            return new Request(path, headers, other);
        }

        private Request filled(String id, int number) {
            var filled = new LinkedHashMap<String, String>();
            headers.forEach((header, value) -> filled.put(header, filled(value, id, number)));
            return new Request(
                    path,
                    filled,
                    filled(new String(body, ISO_8859_1), id, number).getBytes(ISO_8859_1));
        }

        private static String filled(String text, String id, int number) {
            return text.replace("{id}", id).replace("{n}", Integer.toString(number));
        }
    }

    /** @param name prefix of the ids of its events */
    RequestMutator(long seed, String name) {
        this.random = new Random(seed);
        this.name = name;
    }

    /** Returns the next request. A quarter of them are not mutated; one in twenty has the ids of the one before. */
    Request next() {
        number += random.nextInt(20) == 0 ? 0 : 1;
        var request = SEEDS.get(random.nextInt(SEEDS.size())).filled(name + "-" + number, number);
        if (random.nextInt(4) == 0) {
            return request;
        }
        for (var times = 1 + random.nextInt(3); times > 0; times--) {
            request = mutated(request);
        }
        return request;
    }

    private Request mutated(Request request) {
        return switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> request.with(withOddValue(request.body()));
            case 4 -> request.with(withoutField(request.body()));
            case 5 -> request.with(withFieldTwice(request.body()));
            case 6 -> request.with(flipped(request.body()));
            case 7 -> request.with(cut(request.body()));
            case 8 -> request.with(repeated(request.body()));
            case 9 -> request.with("content-type", TYPES.get(random.nextInt(TYPES.size())));
            case 10 -> withOddHeader(request);
            default -> request.with("content-encoding", random.nextBoolean() ? "gzip" : "br");
        };
    }

    /** Start and end of a value in the body, in bytes; of an object or an array, its start only. */
    private record Span(int from, int to) {}

    private byte[] withOddValue(byte[] body) {
        var values = values(body);
        return values.isEmpty()
                ? flipped(body)
                : replaced(
                        body,
                        values.get(random.nextInt(values.size())),
                        ODD.get(random.nextInt(ODD.size())).getBytes(ISO_8859_1));
    }

    private byte[] withoutField(byte[] body) {
        var values = values(body);
        return values.isEmpty() ? body : replaced(body, values.get(random.nextInt(values.size())), new byte[0]);
    }

    private byte[] withFieldTwice(byte[] body) {
        var at = new String(body, ISO_8859_1).indexOf('{', random.nextInt(body.length + 1));
        return at < 0
                ? body
                : replaced(body, new Span(at, at), bytes("\"messageId\":\"again\",\"context\":{\"ip\":\"1.2.3.4\"},"));
    }

    private byte[] flipped(byte[] body) {
        var copy = body.clone();
        for (var times = 1 + random.nextInt(4); times > 0 && copy.length > 0; times--) {
            copy[random.nextInt(copy.length)] = (byte) random.nextInt(256);
        }
        return copy;
    }

    private byte[] cut(byte[] body) {
        return replaced(body, new Span(random.nextInt(body.length + 1), body.length), new byte[0]);
    }

    private byte[] repeated(byte[] body) {
        var from = random.nextInt(body.length + 1);
        var to = from + random.nextInt(body.length - from + 1);
        var part = new byte[to - from];
        System.arraycopy(body, from, part, 0, part.length);
        return replaced(body, new Span(to, to), part);
    }

    private Request withOddHeader(Request request) {
        var names =
                List.of("ce-id", "ce-source", "ce-x", "ce-partitionkey", "idempotency-key", "x-forwarded-for", "dnt");
        var header = names.get(random.nextInt(names.size()));
        return switch (random.nextInt(6)) {
            case 0 -> request.without(header);
            case 1 -> request.with(header, "%ff%fe");
            case 2 -> request.with(header, ",");
            case 3 -> request.with(header, "%" + "z".repeat(300));
            case 4 -> request.with(header, "1");
            default -> request.with(header, Base64.getEncoder().encodeToString(new byte[random.nextInt(200)]));
        };
    }

    private static List<Span> values(byte[] body) {
        var spans = new ArrayList<Span>();
        try (var parser = JSON.createParser(body)) {
            for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token.isScalarValue()) {
                    var from = (int) parser.currentTokenLocation().getByteOffset();
                    parser.finishToken();
                    spans.add(new Span(from, (int) parser.currentLocation().getByteOffset()));
                } else if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
                    var at = (int) parser.currentTokenLocation().getByteOffset();
                    spans.add(new Span(at, at));
                }
            }
        } catch (IOException noMoreJson) {
            return spans;
        }
        return spans;
    }

    private static byte[] replaced(byte[] body, Span span, byte[] by) {
        var bytes = new ByteArrayOutputStream(body.length + by.length);
        try {
            bytes.write(body, 0, Math.min(span.from(), body.length));
            bytes.write(by);
            bytes.write(body, Math.min(span.to(), body.length), body.length - Math.min(span.to(), body.length));
        } catch (IOException e) {
            throw new UncheckedIOException("Memory cannot be written", e);
        }
        return bytes.toByteArray();
    }

    private static Request segment(String path, String body) {
        return new Request(path, Map.of("content-type", "application/json"), bytes(body));
    }

    private static Request json(String path, String body) {
        return segment(path, body);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
