"""Measures submission: messages per second, the server's CPU time per message, and its peak memory.

Compares builds of the program in one run, in alternating rounds, and prints medians:

    python3 submission_load.py BEFORE/agentpost.dll AFTER/agentpost.dll

Each build runs with an embedded Postgres of its own. CPU time is that of the program (user and system), without Postgres.
"""
import argparse, base64, os, shutil, socket, ssl, statistics, subprocess, tempfile, threading, time

INBOX, KEY = "agent@agentpost.test", "ap_sk_" + "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """One build of the program, serving submission on a port of its own."""

    def __init__(self, program, port):
        self.port, self.folder = port, tempfile.mkdtemp(prefix="submission-load-")
        os.chmod(self.folder, 0o755)  # Postgres does not run as root
        settings = {
            "AGENTPOST_DATA": self.folder + "/data",
            "AGENTPOST_TLS__FOLDER": self.folder + "/certs",
            "AGENTPOST_IMAP__PORT": "0",
            "AGENTPOST_HTTP__PORT": "0",
            "AGENTPOST_SMTP__PORT": str(port),
            "AGENTPOST_BOOTSTRAP__INBOX": INBOX,
            "AGENTPOST_BOOTSTRAP__KEY": KEY,
            "AGENTPOST_LOG__LEVEL": "Warning",
            "AGENTPOST_LIMITS__MESSAGESPERMINUTE": "unlimited",
            "AGENTPOST_LIMITS__MESSAGESPERDAY": "unlimited",
            "AGENTPOST_LIMITS__FIRSTTIMERECIPIENTSPERDAY": "unlimited",
            "AGENTPOST_LIMITS__REPLIESPERTHREADPERHOUR": "unlimited",
        }
        self.process = subprocess.Popen(["dotnet", program, "serve"], env=os.environ | settings, cwd=self.folder)
        for _ in range(600):
            try:
                Client(self).close()
                return
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.2)
        raise SystemExit("The server does not answer.")

    def cpu(self):
        fields = open(f"/proc/{self.process.pid}/stat").read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def peak(self):
        """Peak resident memory in MB since the last reset."""
        status = open(f"/proc/{self.process.pid}/status").read()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024

    def reset_peak(self):
        with open(f"/proc/{self.process.pid}/clear_refs", "w") as file:
            file.write("5")

    def stop(self):
        self.process.terminate()
        self.process.wait(60)
        shutil.rmtree(self.folder, ignore_errors=True)


class Client:
    """One connection, logged in."""

    def __init__(self, server):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        raw = socket.create_connection(("127.0.0.1", server.port), 300)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = context.wrap_socket(raw)
        self.file = self.socket.makefile("rb")
        self.expect(220)
        self.ask("EHLO load.test", 250)
        self.ask("AUTH PLAIN " + base64.b64encode(f"\0{INBOX}\0{KEY}".encode()).decode(), 235)

    def expect(self, code):
        line = self.file.readline()
        while line[3:4] == b"-":
            line = self.file.readline()
        if not line.startswith(str(code).encode()):
            raise SystemExit(f"Expected {code}, received {line!r}.")

    def ask(self, line, code):
        self.socket.sendall(line.encode() + b"\r\n")
        self.expect(code)

    def send(self, message, pipelining):
        if pipelining:
            self.socket.sendall(f"MAIL FROM:<{INBOX}>\r\nRCPT TO:<{INBOX}>\r\nDATA\r\n".encode())
            for code in (250, 250, 354):
                self.expect(code)
        else:
            self.ask(f"MAIL FROM:<{INBOX}>", 250)
            self.ask(f"RCPT TO:<{INBOX}>", 250)
            self.ask("DATA", 354)
        self.socket.sendall(message + b".\r\n")
        self.expect(250)

    def envelope(self, pipelining):
        """A transaction without a message: the cost of the session itself."""
        lines = [f"MAIL FROM:<{INBOX}>", "RSET", "NOOP", "EHLO load.test"]
        if pipelining:
            self.socket.sendall("".join(line + "\r\n" for line in lines).encode())
            for _ in lines:
                self.expect(250)
        else:
            for line in lines:
                self.ask(line, 250)

    def close(self):
        self.ask("QUIT", 221)
        self.socket.close()


def message(size, number):
    head = f"From: {INBOX}\r\nTo: {INBOX}\r\nSubject: load {number}\r\nDate: Fri, 1 Mar 2024 00:00:00 +0000\r\n" \
           f"Message-ID: <{number}.{time.monotonic_ns()}@agentpost.test>\r\n\r\n".encode()
    line = b"The quick brown fox jumps over the lazy dog, again and again, all day.\r\n"
    return head + line * max(1, (size - len(head)) // len(line))


def run(server, connections, count, work):
    """Does the work count times on so many connections; returns (times per second, CPU ms each)."""
    clients = [Client(server) for _ in range(connections)]
    failed = []

    def one(client, share):
        try:
            for number in range(share):
                work(client, number)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=one, args=(client, count // connections)) for client in clients]
    cpu, start = server.cpu(), time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed, used = time.monotonic() - start, server.cpu() - cpu
    if failed:
        raise SystemExit(f"Failed: {failed[0]}")
    for client in clients:
        client.close()
    total = count // connections * connections
    return total / elapsed, used * 1000 / total


def summary(results):
    """Medians; the least CPU time, in brackets, is what is least disturbed by other programs."""
    rates, costs = [rate for rate, _ in results], [cpu for _, cpu in results]
    return f"{statistics.median(rates):.0f}, {statistics.median(costs):.3f} (min {min(costs):.3f})"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("programs", nargs="+")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--messages", type=int, default=320)
    parser.add_argument("--envelopes", type=int, default=8000)
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 4, 16])
    parser.add_argument("--port", type=int, default=24650)
    options = parser.parse_args()
    servers = [Server(os.path.abspath(program), options.port + index) for index, program in enumerate(options.programs)]
    cases = {}
    for connections in options.connections:
        for pipelining in (False, True):
            name = f"10 KB, {connections} connections" + (", pipelined" if pipelining else "")
            cases[name] = (connections, options.messages, lambda client, number, p=pipelining: client.send(message(10_000, number), p))
    for pipelining in (False, True):
        name = "4 commands without a message, 4 connections" + (", pipelined" if pipelining else "")
        cases[name] = (4, options.envelopes, lambda client, number, p=pipelining: client.envelope(p))
    try:
        for server in servers:
            run(server, 4, 400, lambda client, number: client.send(message(10_000, number), True))
            run(server, 4, options.envelopes, lambda client, number: client.envelope(True))
        print("| case | " + " | ".join(f"{i + 1}: a second, CPU ms each" for i in range(len(servers))) + " |")
        for name, (connections, count, work) in cases.items():
            results = [[] for _ in servers]
            for number in range(options.rounds):
                for index in range(len(servers)) if number % 2 == 0 else reversed(range(len(servers))):
                    results[index].append(run(servers[index], connections, count, work))
            print(f"| {name} | " + " | ".join(summary(result) for result in results) + " |", flush=True)
        big = message(25_000_000, 0)
        peaks = []
        for server in servers:
            server.reset_peak()
            before = server.peak()
            run(server, 16, 16, lambda client, number: client.send(big, True))
            peaks.append(f"{before:.0f} → {server.peak():.0f} MB")
        print("| peak memory, 16 × 25 MB at once | " + " | ".join(peaks) + " |")
    finally:
        for server in servers:
            server.stop()


if __name__ == "__main__":
    main()
