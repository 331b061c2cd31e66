// The live line to the server: opens, comes back after a break, says how it stands.
const PAUSES = [1, 2, 4, 8, 15, 30]; // seconds between attempts

export class Line {
  // onFrame(frame), onState("open" | "broken"); cursor() is the last message that must not come again.
  constructor(handlers) {
    this.handlers = handlers;
    this.socket = null;
    this.failures = 0;
    this.everOpen = false;
    this.timer = 0;
    window.addEventListener("online", () => this.now());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.now();
    });
  }

  get isOpen() {
    return this.socket !== null && this.socket.readyState === WebSocket.OPEN;
  }

  // A place where sockets do not pass (some office networks): the plain form still works.
  get isBlocked() {
    return !this.everOpen && this.failures >= 2;
  }

  open() {
    const address = new URL("/chat/ws", window.location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    const after = this.handlers.cursor();
    if (after) address.searchParams.set("after", after);
    const socket = new WebSocket(address.href);
    this.socket = socket;
    socket.addEventListener("open", () => {
      this.failures = 0;
      this.everOpen = true;
      this.handlers.onState("open");
    });
    socket.addEventListener("message", (event) => this.handlers.onFrame(JSON.parse(event.data)));
    socket.addEventListener("close", () => {
      if (this.socket !== socket) return;
      this.socket = null;
      this.later();
    });
  }

  later() {
    const pause = PAUSES[Math.min(this.failures, PAUSES.length - 1)];
    this.failures += 1;
    this.handlers.onState("broken");
    clearTimeout(this.timer);
    // Spread out: after a restart not everybody comes back in the same second.
    this.timer = setTimeout(() => this.now(), pause * 1000 * (0.75 + Math.random() / 2));
  }

  now() {
    if (this.socket !== null) return;
    clearTimeout(this.timer);
    this.open();
  }

  send(frame) {
    if (this.isOpen) this.socket.send(JSON.stringify(frame));
  }
}
