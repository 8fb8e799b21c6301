package millrace.ingest;

import io.netty.util.NetUtil;
import java.util.Arrays;

/** What becomes of a visitor's address. */
enum Address {
    FULL {
        @Override
        String of(byte[] address) {
            return NetUtil.bytesToIpAddress(address);
        }
    },
    /** Without its last byte, or of version 6 the last ten: what is left is a neighbourhood and not a house. */
    TRUNCATED {
        @Override
        String of(byte[] address) {
            var kept = Arrays.copyOf(Arrays.copyOf(address, address.length == 4 ? 3 : 6), address.length);
            return NetUtil.bytesToIpAddress(kept);
        }
    },
    DROPPED {
        @Override
        String of(byte[] address) {
            return null;
        }
    };

    abstract String of(byte[] address);

    /** What may be kept; {@code null} where that is nothing, or the text is no address. */
    String of(String text) {
        var bytes = text == null ? null : NetUtil.createByteArrayFromIpAddressString(text);
        return bytes == null ? null : of(bytes);
    }
}
