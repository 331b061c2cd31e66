// The live line to the server: a socket where one passes, polling where none does; back after a break.
import { Poll } from "./poll.js";

const PAUSES = [1, 2, 4, 8, 15, 30]; // seconds between attempts
const HANDSHAKE = 6000; // milliseconds; some proxies neither let a socket through nor say no
const REMEMBERED = "motcua_poll";

// A frame in another site may be denied storage: then it is found out anew each time.
function remembered() {
  try {
    return sessionStorage.getItem(REMEMBERED) !== null;
  } catch (denied) {
    return false;
  }
}

function remember() {
  try {
    sessionStorage.setItem(REMEMBERED, "1");
  } catch (denied) {
    return;
  }
}

export class Line {
  // home: the page's path; onFrame(frame), onState("open" | "broken"); cursor() is the last message seen.
  constructor(home, handlers) {
    this.home = home;
    this.handlers = handlers;
    this.socket = null;
    this.poll = null;
    this.failures = 0;
    this.everOpen = false;
    this.timer = 0;
    window.addEventListener("online", () => this.now());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.now();
    });
  }

  get isOpen() {
    if (this.poll) return this.poll.isOpen;
    return this.socket !== null && this.socket.readyState === WebSocket.OPEN;
  }

  // Not even polling passes: the plain form still works.
  get isBlocked() {
    return this.poll !== null && this.poll.isBlocked;
  }

  open() {
    if (remembered()) {
      this.usePolling();
      return;
    }
    const address = new URL(this.home + "/ws", window.location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    const after = this.handlers.cursor();
    if (after) address.searchParams.set("after", after);
    const socket = new WebSocket(address.href);
    this.socket = socket;
    const closed = () => {
      clearTimeout(handshake);
      if (this.socket !== socket) return;
      this.socket = null;
      this.later();
    };
    const handshake = setTimeout(() => {
      socket.close();
      closed();
    }, HANDSHAKE);
    socket.addEventListener("open", () => {
      clearTimeout(handshake);
      this.failures = 0;
      this.everOpen = true;
      this.handlers.onState("open");
    });
    socket.addEventListener("message", (event) => this.handlers.onFrame(JSON.parse(event.data)));
    socket.addEventListener("close", closed);
  }

  later() {
    const pause = PAUSES[Math.min(this.failures, PAUSES.length - 1)];
    this.failures += 1;
    this.handlers.onState("broken");
    clearTimeout(this.timer);
    if (!this.everOpen && this.failures >= 2) {
      this.usePolling();
      return;
    }
    // Spread out: after a restart not everybody comes back in the same second.
    this.timer = setTimeout(() => this.now(), pause * 1000 * (0.75 + Math.random() / 2));
  }

  usePolling() {
    this.poll = new Poll(this.home, this.handlers, remember);
    this.poll.run();
  }

  now() {
    if (this.poll) {
      this.poll.now();
      return;
    }
    if (this.socket !== null) return;
    clearTimeout(this.timer);
    this.open();
  }

  send(frame) {
    if (this.poll) this.poll.send(frame);
    else if (this.isOpen) this.socket.send(JSON.stringify(frame));
  }
}
