/// Another server on this machine, which answers everything and remembers all that arrives. It allows every origin, so
/// that what does not arrive was stopped by the product and not by this server.

import { createServer, type Server } from "node:http";
import type { Duplex } from "node:stream";

const BODIES: Readonly<Record<string, readonly [string, string]>> = {
  ".js": ["text/javascript", "export default 1;"],
  ".css": ["text/css", "body {}"],
  ".svg": ["image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'],
  ".events": ["text/event-stream", "data: x\n\n"],
};

export class Catcher {
  private readonly arrived: string[] = [];

  private constructor(
    private readonly server: Server,
    readonly origin: string,
  ) {}

  static async start(): Promise<Catcher> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const bound = server.address();
    if (bound === null || typeof bound === "string") {
      throw new Error("the catcher has no port");
    }
    const catcher = new Catcher(server, `http://127.0.0.1:${bound.port}`);
    server.on("request", (request, response) => {
      let body = "";
      request.on("data", (data: Buffer) => {
        body += data.toString();
      });
      // A request counts from its head on, also where its sender goes away.
      catcher.arrived.push(`${request.method} ${request.url}`);
      request.on("end", () => {
        catcher.arrived.push(body);
        const kind = Object.keys(BODIES).find((end) => (request.url ?? "").split("?")[0]?.endsWith(end));
        const [type, text] = BODIES[kind ?? ""] ?? ["text/html", "<!doctype html><title>caught</title>caught"];
        response.writeHead(200, {
          "Access-Control-Allow-Origin": "*",
          "Cross-Origin-Resource-Policy": "cross-origin",
          "Content-Type": type,
        });
        response.end(text);
      });
    });
    server.on("upgrade", (request, socket: Duplex) => {
      catcher.arrived.push(`upgrade ${request.url}`);
      socket.end();
    });
    return catcher;
  }

  got(mark: string): boolean {
    return this.arrived.some((line) => line.includes(mark));
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
