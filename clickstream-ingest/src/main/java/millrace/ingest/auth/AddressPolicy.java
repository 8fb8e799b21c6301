package millrace.ingest.auth;

import io.netty.util.NetUtil;
import java.util.Arrays;

/** Rule for the part of a visitor's IP address that is kept. */
public enum AddressPolicy {
    FULL {
        @Override
        public String apply(byte[] address) {
            return NetUtil.bytesToIpAddress(address);
        }
    },
    /** Drops the last byte, or of an IPv6 address the last ten: a neighbourhood is left and not a house. */
    TRUNCATED {
        @Override
        public String apply(byte[] address) {
            var kept = Arrays.copyOf(Arrays.copyOf(address, address.length == 4 ? 3 : 6), address.length);
            return NetUtil.bytesToIpAddress(kept);
        }
    },
    DROPPED {
        @Override
        public String apply(byte[] address) {
            return null;
        }
    };

    public abstract String apply(byte[] address);

    /** Returns the part of an address that is kept; {@code null} where it is nothing, or the text is not an address. */
    public String apply(String text) {
        var bytes = text == null ? null : NetUtil.createByteArrayFromIpAddressString(text);
        return bytes == null ? null : apply(bytes);
    }
}
