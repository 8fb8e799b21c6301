package millrace.release.doctor;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Connects to a broker without Kafka's client, which tells a wrong address, a closed port, a missing or unexpected TLS
 * and a wrong certificate by one timeout. It sends nothing after the handshake.
 *
 * @param unreachable a sentence; empty where the broker accepts connections
 * @param certificate of the broker; empty where it does not speak TLS
 */
record BrokerProbe(Optional<String> unreachable, Optional<X509Certificate> certificate) {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);

    /** @param address HOST:PORT */
    static BrokerProbe of(String address) {
        var port = address.lastIndexOf(':');
        var host = address.substring(0, port).replaceAll("[\\[\\]]", "");
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, Integer.parseInt(address.substring(port + 1))), (int)
                    ANSWER_WITHIN.toMillis());
            return new BrokerProbe(Optional.empty(), certificate(socket, host));
        } catch (UnknownHostException e) {
            return unreachable("No name server knows the host of " + address);
        } catch (ConnectException e) {
            return unreachable("Nothing listens at " + address);
        } catch (SocketTimeoutException e) {
            return unreachable(address + " does not answer within " + ANSWER_WITHIN.toSeconds() + " s");
        } catch (IOException e) {
            return unreachable(address + " cannot be reached: " + e.getMessage());
        }
    }

    private static BrokerProbe unreachable(String sentence) {
        return new BrokerProbe(Optional.of(sentence), Optional.empty());
    }

    private static Optional<X509Certificate> certificate(Socket connection, String host) {
        var captured = new CapturingTrust();
        try (var tls = (SSLSocket)
                context(captured).getSocketFactory().createSocket(connection, host, connection.getPort(), false)) {
            tls.setSoTimeout((int) ANSWER_WITHIN.toMillis());
            tls.startHandshake();
        } catch (IOException handshakeRefused) {
            // The broker may refuse a client without a certificate; its own certificate was captured before.
            return Optional.ofNullable(captured.certificate);
        }
        return Optional.ofNullable(captured.certificate);
    }

    private static SSLContext context(TrustManager trust) {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {trust}, new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has TLS", e);
        }
    }

    /** Keeps the certificate of the server, which the caller judges; nothing is sent over the connection. */
    private static final class CapturingTrust implements X509TrustManager {
        private X509Certificate certificate;

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            certificate = List.of(chain).getFirst();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            throw new UnsupportedOperationException("This is a client");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
