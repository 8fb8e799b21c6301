package millrace.ingest.source;

import io.netty.util.NetUtil;
import java.util.Arrays;

/** What becomes of a visitor's address. */
public enum AddressPolicy {
    FULL {
        @Override
        public String of(byte[] address) {
            return NetUtil.bytesToIpAddress(address);
        }
    },
    /** Without its last byte, or of version 6 the last ten: what is left is a neighbourhood and not a house. */
    TRUNCATED {
        @Override
        public String of(byte[] address) {
            var kept = Arrays.copyOf(Arrays.copyOf(address, address.length == 4 ? 3 : 6), address.length);
            return NetUtil.bytesToIpAddress(kept);
        }
    },
    DROPPED {
        @Override
        public String of(byte[] address) {
            return null;
        }
    };

    public abstract String of(byte[] address);

    /** What may be kept; {@code null} where that is nothing, or the text is no address. */
    public String of(String text) {
        var bytes = text == null ? null : NetUtil.createByteArrayFromIpAddressString(text);
        return bytes == null ? null : of(bytes);
    }
}
