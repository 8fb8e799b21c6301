package millrace.feed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import millrace.events.Json;

/**
 * Formats of access logs, and the parser of their lines. A line that can be read in two ways, or in none, is rejected.
 */
enum AccessLogFormat {
    COMMON("common format"),
    COMBINED("combined format"),
    VHOST_COMMON("common format with virtual hosts"),
    VHOST_COMBINED("combined format with virtual hosts"),
    JSON("JSON lines");

    private static final int MAX_TIME_CHARS = 64;
    private static final Pattern STATUS_AND_SIZE = Pattern.compile(" (\\d{3}) (?:\\d+|-)");

    private static final Pattern PROTOCOL = Pattern.compile(" +HTTP/\\d(?:\\.\\d)?$");
    private static final Pattern EPOCH = Pattern.compile("\\d{9,19}(?:\\.\\d{1,9})?");

    /** {@code 17/May/2015:10:05:03 +0000} or ISO 8601, with or without a fraction and an offset. */
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .appendOptional(new DateTimeFormatterBuilder()
                    .appendPattern("dd/MMM/uuuu:HH:mm:ss")
                    .toFormatter(Locale.ENGLISH))
            .appendOptional(new DateTimeFormatterBuilder()
                    .appendPattern("uuuu-MM-dd['T'][ ]HH:mm:ss")
                    .toFormatter(Locale.ENGLISH))
            .appendOptional(new DateTimeFormatterBuilder()
                    .appendFraction(ChronoField.NANO_OF_SECOND, 1, 9, true)
                    .toFormatter(Locale.ENGLISH))
            .appendPattern("[ ][XXX][XX][X]")
            .toFormatter(Locale.ENGLISH)
            .withResolverStyle(ResolverStyle.STRICT);

    private final String title;

    AccessLogFormat(String title) {
        this.title = title;
    }

    @Override
    public String toString() {
        return title;
    }

    /** Rejects a line; the message is the reason, a clause. */
    static final class UnreadableLine extends Exception {
        private static final long serialVersionUID = 1;

        UnreadableLine(String why) {
            super(why);
        }
    }

    /**
     * @param zone zone of times that state none
     * @throws UnreadableLine if the line is in no known format
     */
    static AccessLogLine read(String line, ZoneId zone) throws UnreadableLine {
        var text = line.strip();
        return text.startsWith("{") ? json(text, zone) : plain(text, zone);
    }

    /**
     * Parses client, time, request and status, and the further fields of the combined format; it ignores the fields
     * after them.
     */
    private static AccessLogLine plain(String line, ZoneId zone) throws UnreadableLine {
        var text = new Fields(line);
        var client = client(text.upToTime());
        var time = time(text.time(), zone);
        var request = text.quoted();
        var status = text.status();
        var isCombined = text.isQuoted();
        var referrer = isCombined ? absent(unescaped(text.quoted())) : "";
        var userAgent = isCombined ? unescaped(text.quoted()) : "";
        text.checkRest(isCombined);
        var format = client.isVirtual() ? isCombined ? VHOST_COMBINED : VHOST_COMMON : isCombined ? COMBINED : COMMON;
        var address = AccessLogAddress.isPrivate(client.address()) && text.isQuoted()
                ? behindProxy(client.address(), text.quoted())
                : client.address();
        return AccessLogLine.of(
                format, address, time.instant(), time.hasZone(), unescaped(request), status, referrer, userAgent);
    }

    /** Cursor over the fields of a line; each field begins after a blank. */
    private static final class Fields {
        private final String line;
        private int at;
        private int timeEnd;

        Fields(String line) {
            this.line = line;
        }

        /** Returns the text before the time in brackets, which is followed by the request. */
        String upToTime() throws UnreadableLine {
            for (var open = line.indexOf(" ["); open >= 0; open = line.indexOf(" [", open + 1)) {
                timeEnd = line.indexOf("] \"", open);
                if (timeEnd > 0 && timeEnd - open <= MAX_TIME_CHARS && line.indexOf(']', open) == timeEnd) {
                    at = open;
                    return line.substring(0, open);
                }
            }
            throw unknown();
        }

        String time() {
            var time = line.substring(at + 2, timeEnd);
            at = timeEnd + 1;
            return time;
        }

        boolean isQuoted() {
            return line.startsWith(" \"", at);
        }

        /** Returns the next quoted text, still escaped. */
        String quoted() throws UnreadableLine {
            if (!isQuoted()) {
                throw unknown();
            }
            for (var end = at + 2; end < line.length(); end++) {
                if (line.charAt(end) == '\\') {
                    end++;
                } else if (line.charAt(end) == '"') {
                    var text = line.substring(at + 2, end);
                    at = end + 1;
                    return text;
                }
            }
            throw unknown();
        }

        /** Returns the status and skips the size of the response. */
        int status() throws UnreadableLine {
            var status = STATUS_AND_SIZE.matcher(line).region(at, line.length());
            if (!status.lookingAt()) {
                throw unknown();
            }
            at = status.end();
            return Integer.parseInt(status.group(1));
        }

        /**
         * Rejects the line if its last field is directly followed by text or, in common format, if any quote follows.
         */
        void checkRest(boolean isCombined) throws UnreadableLine {
            var isEnd = at == line.length();
            if (!isEnd && line.charAt(at) != ' ' || !isCombined && line.indexOf('"', at) >= 0) {
                throw unknown();
            }
        }

        private static UnreadableLine unknown() {
            return new UnreadableLine("is in no known format of access logs");
        }
    }

    private record Client(String address, boolean isVirtual) {}

    /**
     * Parses the text before the time: {@code [virtual host] client ident user}. A client is an address, a list of
     * addresses through proxies, or a host name; ambiguous texts are rejected.
     */
    private static Client client(String text) throws UnreadableLine {
        var fields = text.replaceAll(",\\s+", ",").split(" +");
        if (fields.length >= 4 && AccessLogAddress.isList(fields[1])) {
            return new Client(AccessLogAddress.firstOf(fields[1]).orElseThrow(), true);
        }
        if (fields.length >= 3 && AccessLogAddress.isList(fields[0]) && !AccessLogAddress.isList(fields[1])) {
            return new Client(AccessLogAddress.firstOf(fields[0]).orElseThrow(), false);
        }
        var isHost = fields.length == 3 && AccessLogAddress.isHost(fields[0]) && !fields[0].equals("-");
        if (isHost && fields[1].equals("-")) {
            return new Client(fields[0].toLowerCase(Locale.ROOT), false);
        }
        throw new UnreadableLine("names no client that is certain: \"" + text + "\"");
    }

    /**
     * Returns the first address of the forwarded list: a client in a private network is a proxy. Without such a list
     * the proxy counts as the client.
     */
    private static String behindProxy(String proxy, String field) {
        return AccessLogAddress.isList(field) ? AccessLogAddress.firstOf(field).orElseThrow() : proxy;
    }

    private static AccessLogLine json(String line, ZoneId zone) throws UnreadableLine {
        var log = tree(line);
        if (log.path("log").isTextual() && log.has("stream")) { // line of a container log
            return read(log.path("log").asText(), zone);
        }
        var request = text(log, "request");
        var method =
                text(log, "request.method", "RequestMethod", "http.request.method", "request_method", "method", "verb");
        var target = text(
                log, "request.uri", "RequestPath", "url.original", "url.path", "request_uri", "uri", "path", "url");
        var status =
                text(log, "status", "DownstreamStatus", "http.response.status_code", "response", "status_code", "code");
        if (request.isEmpty() && (method.isEmpty() || target.isEmpty())) {
            throw new UnreadableLine("is JSON without a request");
        }
        if (status.filter(code -> code.matches("\\d{3}")).isEmpty()) {
            throw new UnreadableLine("is JSON without a status");
        }
        var time = time(
                text(log, "time_iso8601", "time_local", "@timestamp", "StartUTC", "timestamp", "time", "ts", "msec")
                        .orElseThrow(() -> new UnreadableLine("is JSON without a time")),
                zone);
        return AccessLogLine.of(
                JSON,
                client(log),
                time.instant(),
                time.hasZone(),
                request.orElseGet(() -> method.orElseThrow() + " " + target.orElseThrow()),
                Integer.parseInt(status.orElseThrow()),
                text(
                                log,
                                "http_referer",
                                "http_referrer",
                                "request.headers.Referer",
                                "request_Referer",
                                "http.request.referrer",
                                "referrer",
                                "referer")
                        .map(AccessLogFormat::absent)
                        .orElse(""),
                text(
                                log,
                                "http_user_agent",
                                "request.headers.User-Agent",
                                "request_User-Agent",
                                "user_agent.original",
                                "user_agent",
                                "userAgent",
                                "agent")
                        .orElse("-"));
    }

    private static String client(JsonNode log) throws UnreadableLine {
        var text = text(
                        log,
                        "request.client_ip",
                        "request.remote_ip",
                        "request.remote_addr",
                        "ClientHost",
                        "ClientAddr",
                        "client.ip",
                        "source.ip",
                        "remote_addr",
                        "remote_ip",
                        "client_ip",
                        "clientip",
                        "clientIp",
                        "remoteAddr",
                        "remote_host")
                .orElseThrow(() -> new UnreadableLine("is JSON without a client"));
        var address = AccessLogAddress.firstOf(text)
                .orElseThrow(() -> new UnreadableLine("names no client: \"" + text + "\""));
        var forwarded = text(
                        log,
                        "http_x_forwarded_for",
                        "x_forwarded_for",
                        "request.headers.X-Forwarded-For",
                        "request_X-Forwarded-For")
                .filter(AccessLogAddress::isList);
        return AccessLogAddress.isPrivate(address) && forwarded.isPresent()
                ? behindProxy(address, forwarded.get())
                : address;
    }

    private static JsonNode tree(String line) throws UnreadableLine {
        try {
            return Json.MAPPER.readTree(line);
        } catch (JsonProcessingException e) {
            throw new UnreadableLine("begins like JSON and is invalid");
        }
    }

    /**
     * Returns the value of the first of these fields that is present; dots lead into objects, and the first element of
     * an array is taken.
     */
    private static Optional<String> text(JsonNode log, String... names) {
        for (var name : names) {
            var value = log.path(name);
            for (var step : value.isMissingNode() ? name.split("\\.") : new String[0]) {
                value = (value.isMissingNode() ? log : value).path(step);
                if (value.isMissingNode()) {
                    break;
                }
            }
            value = value.isArray() ? value.path(0) : value;
            if (value.isValueNode() && !value.isNull() && !value.asText().isBlank()) {
                return Optional.of(value.isNumber() ? value.decimalValue().toPlainString() : value.asText());
            }
        }
        return Optional.empty();
    }

    private record Time(Instant instant, boolean hasZone) {}

    private static Time time(String text, ZoneId zone) throws UnreadableLine {
        try {
            if (EPOCH.matcher(text).matches()) {
                return new Time(epoch(new BigDecimal(text)), true);
            }
            var parsed = TIME.parseBest(text, ZonedDateTime::from, LocalDateTime::from);
            return parsed instanceof ZonedDateTime zoned
                    ? new Time(zoned.toInstant(), true)
                    : new Time(((LocalDateTime) parsed).atZone(zone).toInstant(), false);
        } catch (DateTimeException | ArithmeticException e) {
            throw new UnreadableLine("has no time that can be read: \"" + text + "\"");
        }
    }

    /**
     * Converts seconds, milliseconds, microseconds or nanoseconds since 1970; the number of digits determines the unit.
     */
    private static Instant epoch(BigDecimal number) {
        var digits = number.toBigInteger().toString().length();
        var shift = digits <= 11 ? 0 : digits <= 14 ? 3 : digits <= 17 ? 6 : 9;
        var nanos = number.movePointRight(9 - shift).toBigInteger();
        var second = BigInteger.valueOf(1_000_000_000);
        return Instant.ofEpochSecond(
                nanos.divide(second).longValueExact(), nanos.mod(second).longValueExact());
    }

    private static String absent(String text) {
        return text.equals("-") ? "" : text;
    }

    /** Removes the protocol: {@code GET /a b HTTP/1.1} becomes {@code GET /a b}. */
    static String withoutProtocol(String request) {
        return PROTOCOL.matcher(request).replaceFirst("");
    }

    /** Reverses the escapes of web servers for unprintable bytes: {@code \"}, {@code \\}, {@code \n}, {@code \xHH}. */
    private static String unescaped(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        var bytes = new ByteArrayOutputStream();
        for (var at = 0; at < text.length(); at++) {
            var character = text.charAt(at);
            var next = at + 1 < text.length() ? text.charAt(at + 1) : 0;
            if (character == '\\' && next == 'x' && text.length() >= at + 4 && isHex(text, at + 2)) {
                bytes.write(Integer.parseInt(text, at + 2, at + 4, 16));
                at += 3;
            } else if (character == '\\' && "\"\\ntrbvf".indexOf(next) >= 0 && next != 0) {
                bytes.write("\"\\\n\t\r\b\u000b\f".charAt("\"\\ntrbvf".indexOf(next)));
                at++;
            } else {
                var end = Character.isHighSurrogate(character) ? Math.min(at + 2, text.length()) : at + 1;
                bytes.writeBytes(text.substring(at, end).getBytes(StandardCharsets.UTF_8));
                at = end - 1;
            }
        }
        return TextFileReader.decoded(bytes.toByteArray());
    }

    private static boolean isHex(String text, int at) {
        return Character.digit(text.charAt(at), 16) >= 0 && Character.digit(text.charAt(at + 1), 16) >= 0;
    }
}
