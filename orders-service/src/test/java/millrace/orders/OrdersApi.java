package millrace.orders;

import static io.restassured.RestAssured.given;

import io.restassured.specification.RequestSpecification;
import millrace.local.Secrets;

/** Clients of the service's HTTP API with their API keys. */
public final class OrdersApi {
    private static final String READER = "key-of-a-reader";
    private static final String BACK_OFFICE = "key-of-the-back-office";

    private static final String OTHER_BACK_OFFICE = "key-of-another-back-office";

    public static final String API_KEYS = "dashboard:reader:" + Secrets.sha256(READER) + ",anna:back-office:"
            + Secrets.sha256(BACK_OFFICE) + ",ben:back-office:" + Secrets.sha256(OTHER_BACK_OFFICE);

    public static final String READER_BEARER = "Bearer " + READER;

    private OrdersApi() {}

    public static RequestSpecification reader() {
        return given().header("Authorization", READER_BEARER);
    }

    public static RequestSpecification backOffice() {
        return given().header("Authorization", "Bearer " + BACK_OFFICE);
    }

    /** A client of the back office with an idempotency key. */
    public static RequestSpecification backOffice(String idempotencyKey) {
        return backOffice().header("Idempotency-Key", idempotencyKey).contentType("application/json");
    }

    /** A client of the back office with another API key. */
    public static RequestSpecification otherBackOffice(String idempotencyKey) {
        return given().header("Authorization", "Bearer " + OTHER_BACK_OFFICE)
                .header("Idempotency-Key", idempotencyKey)
                .contentType("application/json");
    }
}
