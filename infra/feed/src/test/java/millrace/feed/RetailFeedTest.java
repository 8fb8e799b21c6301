package millrace.feed;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code bin/feed retail} against a fake edge. */
class RetailFeedTest {
    private static final String HEADER =
            "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";
    private static final String LAMP = "536365,A1,LAMP,2,2010-12-01 08:26:00,2.55,17850.0,France";
    private static final String JUG = "536365,B2,\"JUG, \"\"BLUE\"\"\",-1,2010-12-01 08:25:00,3.1,17850.0,France";
    private static final String CREDIT = "C536379,A1,LAMP,-2,2010-12-01 9:41,2.55,,France";

    @TempDir
    Path folder;

    private FakeEdge edge;

    @BeforeEach
    void start() throws IOException {
        edge = new FakeEdge();
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    @Test
    void lines_of_one_invoice_are_one_order_at_the_earliest_date() throws IOException {
        edge.feed("retail", csv("a.csv", LAMP), csv("b.csv", JUG));

        assertThat(edge.accepted())
                .singleElement()
                .hasToString("{'orderId':'536365','customerId':'17850','country':'France',"
                        .concat("'currency':'GBP','timestamp':'2010-12-01T08:25:00Z','lines':[")
                        .concat("{'productId':'A1','name':'LAMP','quantity':2,'unitPrice':'2.55'},")
                        .concat("{'productId':'B2','name':'JUG, \\'BLUE\\'','quantity':-1,'unitPrice':'3.1'}]}")
                        .replace('\'', '"'));
        var request = edge.requests().getFirst();
        assertThat(request.uri()).isEqualTo("/orders");
        assertThat(request.idempotencyKey()).matches("[0-9a-f]{32}");
    }

    @Test
    void a_credit_note_is_a_refund_of_an_unknown_order() throws IOException {
        edge.feed("retail", "--currency", "EUR", csv("a.csv", CREDIT));

        var refund = edge.accepted().getFirst();
        assertThat(refund.path("event").asText()).isEqualTo("Order Refunded");
        assertThat(refund.path("timestamp").asText()).isEqualTo("2010-12-01T09:41:00Z");
        assertThat(refund.has("userId")).isFalse();
        assertThat(refund.path("properties"))
                .hasToString(
                        "{\"order_id\":\"C536379\",\"total\":\"5.10\",\"currency\":\"EUR\",\"country\":\"France\"}");
    }

    @Test
    void invoices_are_sent_ordered_by_time() throws IOException {
        var later = LAMP.replace("536365,", "536400,").replace("08:26", "10:00");

        edge.feed("retail", "--connections", "1", csv("b.csv", later, CREDIT), csv("a.csv", LAMP));

        assertThat(edge.requests())
                .extracting(FakeEdge.Request::uri)
                .containsExactly("/orders", "/v1/import", "/orders");
    }

    @Test
    void an_invoice_has_the_same_id_in_any_files() throws IOException {
        edge.feed("retail", csv("a.csv", LAMP, JUG));
        edge.feed("retail", csv("b.csv", JUG), csv("c.csv", LAMP));
        edge.feed("retail", csv("d.csv", JUG));

        var ids = edge.requests().stream().map(FakeEdge.Request::idempotencyKey).toList();
        assertThat(ids.get(1)).isEqualTo(ids.get(0));
        assertThat(ids.get(2)).isNotEqualTo(ids.get(0));
    }

    @Test
    void unreadable_rows_are_reported_and_only_their_invoice_is_skipped() throws IOException {
        var run = edge.feed(
                "retail",
                csv(
                        "a.csv",
                        "536366,A1,\"never closed,1,2010-12-01 08:26:00,1,,UK",
                        JUG.replace("536365", "536367").replace("JUG, ", "JUG,\n"),
                        LAMP.replace("536365", "1").replace(",2,", ",two,"),
                        LAMP.replace("536365", "2").replace("2.55", "cheap"),
                        LAMP.replace("536365", "3").replace("-12-01", "-13-01"),
                        LAMP.replace("536365", "4").replace(",A1,", ",,"),
                        "5,A1,LAMP",
                        LAMP,
                        LAMP.replace("536365", "6"),
                        LAMP.replace("536365", "6").replace("2.55", "1e999999999")));

        assertThat(run.out())
                .contains("2 events sent, 2 accepted by the edge", "Unreadable lines: 7")
                .contains("a.csv line 2 is not a CSV row")
                .contains("a.csv line 5 cannot be read: Quantity \"two\" is not a whole number")
                .contains("a.csv line 6 cannot be read: UnitPrice \"cheap\" is not an amount")
                .contains("a.csv line 7 cannot be read: InvoiceDate \"2010-13-01 08:26:00\" is not a date and time")
                .contains("a.csv line 8 cannot be read: StockCode is empty")
                .contains("a.csv line 9 has 3 fields, not 8")
                .contains("Invoices not sent: 7", "invoice 6: a.csv line 12 cannot be read");
        assertThat(sent()).containsExactlyInAnyOrder("536365", "536367");
    }

    @Test
    void an_invoice_is_sent_whole_after_its_line_was_corrected_and_not_before() throws IOException {
        var wrong =
                csv("a.csv", LAMP, LAMP.replace("A1", "B2").replace("2.55", "\"1,062.99\""), LAMP.replace("A1", "C3"));
        var right = csv("b.csv", LAMP, LAMP.replace("A1", "B2").replace("2.55", "1062.99"), LAMP.replace("A1", "C3"));

        var run = edge.feed("retail", wrong);
        var before = edge.accepted().size();
        edge.feed("retail", right);

        assertThat(before).isZero();
        assertThat(run.out()).contains("Invoices not sent: 1", "invoice 536365: a.csv line 3 cannot be read");
        assertThat(edge.accepted())
                .singleElement()
                .satisfies(order -> assertThat(order.path("lines")).hasSize(3));
    }

    @Test
    void a_row_of_an_unknown_invoice_skips_the_invoices_it_may_belong_to() throws IOException {
        var run = edge.feed(
                "retail",
                csv(
                        "a.csv",
                        LAMP.replace("536365", "1"),
                        LAMP.replace("536365", "2"),
                        LAMP.replace("536365", "X2"),
                        LAMP.replace("536365", "3"),
                        LAMP.replace("536365", "4")));

        assertThat(run.out()).contains("invoice 2: a.csv line 4 cannot be read and may belong to it", "invoice 3: ");
        assertThat(sent()).containsExactlyInAnyOrder("1", "4");
    }

    @Test
    void an_invoice_of_two_customers_is_named_and_not_sent() throws IOException {
        var run = edge.feed("retail", csv("a.csv", LAMP, JUG.replace("17850", "17851")));

        assertThat(run.out()).contains("invoice 536365: its lines are of 17850 and of 17851");
        assertThat(edge.requests()).isEmpty();
    }

    @Test
    void an_invoice_that_is_dated_after_it_is_read_is_named_and_not_sent() throws IOException {
        var run = edge.feed("retail", csv("a.csv", LAMP.replace("2010", "2090"), CREDIT));

        assertThat(run.out()).contains("a.csv line 2 is dated 2090-12-01T08:26:00Z, after it was read");
        assertThat(edge.accepted()).hasSize(1);
    }

    @Test
    void bad_debts_are_no_orders_and_named() throws IOException {
        var run = edge.feed(
                "retail", csv("a.csv", LAMP, "A563185,B,Adjust bad debt,1,2011-08-12 14:50:00,-11062.06,,UK"));

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("Adjustments of bad debt, which are no orders, not sent: 1")
                .contains("invoice A563185 of 2011-08-12T14:50:00Z: -11062.06");
        assertThat(edge.accepted()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "NULL", "null", "NA", "n/a", "nan", "NaN", "None", "<NA>", " "})
    void a_missing_customer_is_a_guest(String customer) throws IOException {
        edge.feed("retail", csv("a.csv", LAMP.replace("17850.0", customer)));

        assertThat(edge.accepted())
                .singleElement()
                .satisfies(order -> assertThat(order.has("customerId")).isFalse());
    }

    @Test
    void the_second_edition_has_other_names_of_columns() throws IOException {
        var file = folder.resolve("a.csv");
        Files.writeString(
                file, "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country\n" + LAMP + "\n");

        edge.feed("retail", file.toString());

        assertThat(sent()).containsExactly("536365");
    }

    @ParameterizedTest
    @CsvSource({
        "05/01/2016 10:15, 13/01/2016 11:30, 2016-01-05T10:15:00Z",
        "1/5/2016 10:15,   1/13/2016 11:30,  2016-01-05T10:15:00Z",
        "5/1/16 10:15,     13/1/16 11:30,    2016-01-05T10:15:00Z",
        "05-01-2016 10:15, 31-01-2016 16:45, 2016-01-05T10:15:00Z",
        "1/5/2016 3:15 PM, 1/13/2016 1:30 AM, 2016-01-05T15:15:00Z",
        "05.01.2016 10:15, 06.01.2016 10:15, 2016-01-05T10:15:00Z",
        "2016/01/05 10:15, 2016/01/06 10:15, 2016-01-05T10:15:00Z",
        "2016-01-05T10:15:00+02:00, 2016-01-06T10:15:00Z, 2016-01-05T08:15:00Z",
        "2016-01-05,       2016-01-06,       2016-01-05T00:00:00Z",
        "3/3/2016 10:15,   4/4/2016 10:15,   2016-03-03T10:15:00Z"
    })
    void dates_are_read_as_the_file_shows(String first, String other, String time) throws IOException {
        var run = edge.feed(
                "retail",
                csv(
                        "a.csv",
                        LAMP.replace("2010-12-01 08:26:00", first),
                        LAMP.replace("536365", "536366").replace("2010-12-01 08:26:00", other)));

        assertThat(run.exitCode()).isZero();
        assertThat(edge.accepted())
                .hasSize(2)
                .extracting(order -> order.path("timestamp").asText())
                .contains(time);
    }

    @Test
    void without_an_unambiguous_date_nothing_is_sent_until_the_user_gives_the_order() throws IOException {
        var other = csv("other.csv", CREDIT);
        var file = csv("a.csv", LAMP.replace("2010-12-01 08:26:00", "5/1/2016 10:15"));

        var run = edge.feed("retail", other, file);
        var requests = edge.requests().size();
        edge.feed("retail", "--dates", "day-first", file);
        edge.feed("retail", "--dates", "month-first", file);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains("a.csv does not show whether its dates are day first or month first")
                .contains("\"5/1/2016 10:15\" in line 2", "--dates day-first or --dates month-first");
        assertThat(requests).isZero();
        assertThat(edge.accepted())
                .extracting(order -> order.path("timestamp").asText())
                .containsExactly("2016-01-05T10:15:00Z", "2016-05-01T10:15:00Z");
    }

    @Test
    void dates_in_two_orders_are_refused() throws IOException {
        var run = edge.feed(
                "retail",
                csv(
                        "a.csv",
                        LAMP.replace("2010-12-01 08:26:00", "13/1/2016 10:15"),
                        LAMP.replace("2010-12-01 08:26:00", "1/14/2016 10:15")));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("the one in line 2 is day first, the one in line 3 month first");
        assertThat(edge.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {";!2,55!17850,0", ";!2.55!17850.0", "TAB!2,55!17850", "|!2.55!17850.0"})
    void delimiters_and_decimal_signs_are_those_of_the_file(String delimiter, String price, String customer)
            throws IOException {
        var separator = delimiter.replace("TAB", "\t");
        var file = folder.resolve("a.csv");
        Files.writeString(
                file,
                (HEADER + "\n536365,A1,LAMP,2,2010-12-01 08:26:00,PRICE,CUSTOMER,France\n")
                        .replace(",", separator)
                        .replace("PRICE", price)
                        .replace("CUSTOMER", customer));

        edge.feed("retail", file.toString());

        assertThat(edge.accepted()).singleElement().satisfies(order -> {
            assertThat(order.at("/lines/0/unitPrice").asText()).isEqualTo("2.55");
            assertThat(order.path("customerId").asText()).isEqualTo("17850");
        });
    }

    @Test
    void amounts_in_two_formats_are_refused() throws IOException {
        var file = folder.resolve("a.csv");
        var rows = HEADER
                + "\n536365,A1,LAMP,2,2010-12-01 08:26:00,2.55,,France\n536366,A1,LAMP,2,2010-12-01 08:26:00,P,,France\n";
        Files.writeString(file, rows.replace(",", ";").replace("P;;", "2,55;;"));

        var run = edge.feed("retail", file.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("with a decimal comma in line 3 and with a decimal point in line 2");
        assertThat(edge.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "ISO-8859-1", "windows-1252", "UTF-16", "UTF-16LE", "UTF-16BE"})
    void text_is_read_in_its_encoding(String encoding) throws IOException {
        var file = folder.resolve("a.csv");
        var rows = "\ufeff" + HEADER + "\r\n" + LAMP.replace("LAMP", "CAF\u00c9 \u00a35") + "\r\n";
        var text = encoding.startsWith("UTF") && !encoding.equals("UTF-16") ? rows : rows.substring(1);
        Files.write(file, text.getBytes(encoding));

        edge.feed("retail", file.toString());

        assertThat(edge.accepted().getFirst().at("/lines/0/name").asText()).isEqualTo("CAF\u00c9 \u00a35");
    }

    @Test
    void a_row_is_the_same_event_in_every_format() throws IOException {
        edge.feed("retail", csv("a.csv", LAMP.replace("2.55", "2.50")));
        edge.feed(
                "retail",
                csv(
                        "b.csv",
                        LAMP.replace("2.55", "2.5")
                                .replace("2010-12-01", "13/12/2010")
                                .replace("13/12", "1/12"),
                        LAMP.replace("536365", "9").replace("2010-12-01", "13/12/2010")));

        var requests = edge.requests().stream()
                .filter(request -> request.body().path("orderId").asText().equals("536365"))
                .toList();
        assertThat(requests).hasSize(2);
        assertThat(requests.get(1)).isEqualTo(requests.get(0));
    }

    @Test
    void columns_are_found_by_their_names() throws IOException {
        var file = folder.resolve("a.csv");
        Files.writeString(
                file,
                "\ufeffCountry,customerid,UnitPrice,InvoiceDate,Quantity,Description,StockCode,InvoiceNo,Note\n"
                        .concat("France,,1.50,2010-12-01 08:26,3,LAMP,A1,536365,gift\n"));

        edge.feed("retail", file.toString());

        assertThat(edge.accepted().getFirst().at("/lines/0"))
                .hasToString("{\"productId\":\"A1\",\"name\":\"LAMP\",\"quantity\":3,\"unitPrice\":\"1.5\"}");
    }

    @Test
    void text_may_be_utf_8_or_iso_8859_1() throws IOException {
        var utf8 = csv("a.csv", LAMP.replace("LAMP", "CAF\u00c9"));
        var latin = folder.resolve("b.csv");
        Files.write(latin, (HEADER + "\n" + LAMP.replace("LAMP", "CAF\u00c9")).getBytes(ISO_8859_1));

        edge.feed("retail", utf8, latin.toString());

        assertThat(edge.accepted().getFirst().path("lines"))
                .extracting(line -> line.path("name").asText())
                .containsExactly("CAF\u00c9", "CAF\u00c9");
    }

    @Test
    void invoices_of_a_truncated_file_are_not_sent() throws IOException {
        var file = Files.write(folder.resolve("a.csv.gz"), new byte[] {0x1f, (byte) 0x8b, 8, 0});

        var run = edge.feed("retail", csv("b.csv", LAMP), file.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("a.csv.gz cannot be read to its end: ", "Nothing was sent.");
        assertThat(edge.requests()).isEmpty();
    }

    @Test
    void a_missing_column_stops_it_with_a_sentence() throws IOException {
        var file = Files.writeString(folder.resolve("a.csv"), HEADER.replace("UnitPrice", "Cost") + "\n" + LAMP);

        var run = edge.feed("retail", file.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("a.csv has no column UnitPrice: the Online Retail layout has InvoiceNo, ");
        assertThat(edge.requests()).isEmpty();
    }

    /** Returns the numbers of the accepted orders. */
    private List<String> sent() {
        return edge.accepted().stream()
                .map(order -> order.path("orderId").asText())
                .toList();
    }

    private String csv(String name, String... rows) throws IOException {
        return Files.write(
                        folder.resolve(name),
                        Stream.concat(Stream.of(HEADER), Stream.of(rows)).toList())
                .toString();
    }
}
