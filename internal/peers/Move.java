// A small FTP client on the TLS of the JDK. It uploads all files of one directory and
// downloads those of the same names from another, in one session, and exits with 1 at
// the first refusal.
// Arguments: host port user password ca explicit|implicit version from in out to

import java.io.*;
import java.net.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.*;
import javax.net.ssl.*;

public class Move {
    static SSLSocketFactory factory;
    static String host, version;
    static int port;
    static SSLSocket control;
    static BufferedReader in;
    static OutputStream out;

    // The JDK looks sessions up by host and port. A data connection finds that of the
    // control connection if its socket says that it goes to the control port.
    static class DataSocket extends Socket {
        @Override
        public int getPort() {
            return port;
        }
    }

    public static void main(String[] args) throws Exception {
        host = args[0];
        port = Integer.parseInt(args[1]);
        boolean implicit = args[5].equals("implicit");
        version = args[6];
        Path from = Path.of(args[7]), to = Path.of(args[10]);
        factory = context(args[4]).getSocketFactory();

        Socket plain = new Socket(host, port);
        plain.setSoTimeout(60_000);
        if (!implicit) {
            speak(plain);
            expect("220", reply());
            command("AUTH TLS", "234");
        }
        control = secure(plain);
        if (!control.getSession().getProtocol().equals(version)) {
            throw new IOException("the version is " + control.getSession().getProtocol());
        }
        speak(control);
        if (implicit) {
            expect("220", reply());
        }
        if (command("USER " + args[2], "230", "331").startsWith("331")) {
            command("PASS " + args[3], "230");
        }
        command("PBSZ 0", "200");
        command("PROT P", "200");
        command("TYPE I", "200");

        String[] names = from.toFile().list();
        Arrays.sort(names);
        for (String name : names) {
            try (Socket tcp = transfer("STOR " + args[8] + "/" + name); SSLSocket data = secure(tcp)) {
                // As most clients, it reads nothing from a connection that it uploads on.
                Files.copy(from.resolve(name), data.getOutputStream());
            }
            expect("226", reply());
        }
        for (String name : names) {
            try (Socket tcp = transfer("RETR " + args[9] + "/" + name); SSLSocket data = secure(tcp)) {
                Files.copy(data.getInputStream(), to.resolve(name));
            }
            expect("226", reply());
        }
        command("QUIT", "221");
        control.close();
    }

    static SSLContext context(String ca) throws Exception {
        KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
        roots.load(null);
        try (InputStream file = new FileInputStream(ca)) {
            roots.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(file));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(roots);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    static SSLSocket secure(Socket tcp) throws IOException {
        SSLSocket s = (SSLSocket) factory.createSocket(tcp, host, port, true);
        SSLParameters p = s.getSSLParameters();
        p.setProtocols(new String[] {version});
        p.setEndpointIdentificationAlgorithm("HTTPS");
        s.setSSLParameters(p);
        s.startHandshake();
        return s;
    }

    // transfer opens a data connection for a command, and returns it without TLS.
    static Socket transfer(String line) throws IOException {
        String[] fields = command("EPSV", "229").split("\\|");
        DataSocket tcp = new DataSocket();
        tcp.connect(new InetSocketAddress(host, Integer.parseInt(fields[3])), 10_000);
        tcp.setSoTimeout(60_000);
        command(line, "125", "150");
        return tcp;
    }

    static void speak(Socket s) throws IOException {
        in = new BufferedReader(new InputStreamReader(s.getInputStream(), StandardCharsets.UTF_8));
        out = s.getOutputStream();
    }

    static String command(String line, String... codes) throws IOException {
        out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
        String r = reply();
        for (String code : codes) {
            if (r.startsWith(code)) {
                return r;
            }
        }
        throw new IOException(line + ": " + r);
    }

    static void expect(String code, String reply) throws IOException {
        if (!reply.startsWith(code)) {
            throw new IOException(reply);
        }
    }

    // reply returns the last line of a reply.
    static String reply() throws IOException {
        String first = line();
        String last = first;
        while (first.startsWith("-", 3) && !last.startsWith(first.substring(0, 3) + " ")) {
            last = line();
        }
        return last;
    }

    static String line() throws IOException {
        String s = in.readLine();
        if (s == null) {
            throw new EOFException("the server has closed the control connection");
        }
        return s;
    }
}
