package millrace.console.orders;

import java.util.Optional;
import millrace.console.call.Request;
import millrace.console.view.ServiceClient;

/** The two parts of an order's id. The number may have slashes, the source has none. */
record OrderAddress(String source, String number) {

    static OrderAddress of(Request request) {
        return new OrderAddress(request.parameter("source"), request.parameter("number"));
    }

    /** Returns the address of an id; empty where the text is none, such as the key of a record that no service wrote. */
    static Optional<OrderAddress> parse(String id) {
        var slash = id.indexOf('/');
        return slash <= 0 || slash == id.length() - 1
                ? Optional.empty()
                : Optional.of(new OrderAddress(id.substring(0, slash), id.substring(slash + 1)));
    }

    String id() {
        return source + "/" + number;
    }

    /** The two parts for a path, encoded. */
    String path() {
        return ServiceClient.part(source) + "/" + ServiceClient.part(number);
    }
}
