"""A web server next door: another port of this machine, another user where that can be. `python thief.py [UID]`.

Says its port, then every request that it receives with all its headers and its body, as lines of JSON. Its page tries
everything that a page can try on the gateway whose port it is told, and reports what it got.
"""

from __future__ import annotations

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

PAGE = """<!doctype html><meta charset="utf-8"><title>next door</title><script>
const gateway = "http://127.0.0.1:" + new URLSearchParams(location.search).get("port");
const got = {};
const within = (promise) => Promise.race([promise, new Promise((done) => setTimeout(done, 4000, "nothing came"))]);
const attempt = async (name, act) => {
  try { got[name] = await within(act()); } catch (error) { got[name] = "refused: " + error.name; }
};
const element = (tag, set) => new Promise((done) => {
  const made = document.createElement(tag);
  made.onload = () => done("loaded");
  made.onerror = () => done("refused");
  set(made);
  document.body.append(made);
});
const socket = (url) => new Promise((done) => {
  const made = new WebSocket(url);
  made.onopen = () => done("open");
  made.onclose = () => done("refused");
});
const body = JSON.stringify({ code: "A".repeat(43) });
addEventListener("load", async () => {
  document.body ??= document.createElement("body");
  await attempt("referrer", async () => document.referrer);
  await attempt("opener", async () => String(window.opener));
  await attempt("cookie", async () => document.cookie);
  await attempt("session storage", async () => JSON.stringify(sessionStorage));
  await attempt("local storage", async () => JSON.stringify(localStorage));
  await attempt("databases", async () => (await indexedDB.databases()).length);
  await attempt("caches", async () => (await caches.keys()).length);
  for (const credentials of ["include", "omit"]) {
    await attempt("read " + credentials, async () => (await fetch(gateway + "/", { credentials })).status);
    await attempt("blind " + credentials, async () =>
      (await fetch(gateway + "/", { mode: "no-cors", credentials })).type);
  }
  await attempt("file", async () => (await fetch(gateway + "/assets/p-1.js")).status);
  await attempt("form", async () => (await fetch(gateway + "/session", {
    method: "POST", mode: "no-cors", body })).type);
  await attempt("json", async () => (await fetch(gateway + "/session", {
    method: "POST", headers: { "Content-Type": "application/json" }, body })).status);
  await attempt("beacon", async () => { navigator.sendBeacon(gateway + "/session", body); return "sent"; });
  await attempt("socket", () => socket(gateway.replace("http", "ws") + "/ws"));
  await attempt("script", () => element("script", (made) => { made.src = gateway + "/assets/p-1.js"; }));
  await attempt("image", () => element("img", (made) => { made.src = gateway + "/assets/p-1.js"; }));
  await attempt("style", () => element("link", (made) => { made.rel = "stylesheet"; made.href = gateway + "/"; }));
  await attempt("frame", async () => {
    const made = document.createElement("iframe");
    const ended = new Promise((done) => { made.onload = () => done("loaded"); });
    made.src = gateway + "/";
    document.body.append(made);
    await within(ended);
    return made.contentWindow.length + " " + (made.contentDocument === null ? "closed" : "readable");
  });
  await fetch("/report", { method: "POST", body: JSON.stringify(got) });
});
</script>"""


class Thief(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        said = {"line": self.requestline, "headers": list(self.headers.items()), "body": body}
        print(json.dumps(said), flush=True)
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        if self.path.startswith("/?"):
            self.wfile.write(PAGE.encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


if __name__ == "__main__":
    server = HTTPServer(("127.0.0.1", 0), Thief)
    if len(sys.argv) > 1:
        os.setgroups([])
        os.setgid(int(sys.argv[1]))
        os.setuid(int(sys.argv[1]))
    print(json.dumps({"port": server.server_port}), flush=True)
    server.serve_forever()
