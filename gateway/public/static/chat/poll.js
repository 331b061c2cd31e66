// The line where no socket passes: one request waits for news, another carries each question.
const PAUSES = [1, 3, 8, 15, 30]; // seconds after a failure
const PATIENCE = 40000; // milliseconds; the server answers after twenty seconds at the latest
const AGAIN = 4; // times that a slow answer is asked for

export class Poll {
  // onFirst(): called once, when it is known that polling passes.
  constructor(home, handlers, onFirst) {
    this.home = home;
    this.handlers = handlers;
    this.onFirst = onFirst;
    this.failures = 0;
    this.everOpen = false;
    this.isOpen = false;
    this.wake = null;
  }

  get isBlocked() {
    return !this.everOpen && this.failures >= 2;
  }

  async run() {
    for (;;) {
      try {
        const address = new URL(this.home + "/poll", window.location.href);
        const after = this.handlers.cursor();
        if (after) address.searchParams.set("after", after);
        if (!this.isOpen) address.searchParams.set("now", "1");
        const answer = await this.ask(address.href, {});
        answer.frames.forEach(this.handlers.onFrame);
        if (!this.isOpen) this.opened(answer.cursor);
      } catch (error) {
        await this.broken();
      }
    }
  }

  opened(cursor) {
    if (!this.everOpen) this.onFirst();
    this.isOpen = this.everOpen = true;
    this.failures = 0;
    this.handlers.onState("open");
    this.handlers.onFrame({ type: "ready", cursor });
  }

  broken() {
    const pause = PAUSES[Math.min(this.failures, PAUSES.length - 1)];
    this.failures += 1;
    this.isOpen = false;
    this.handlers.onState("broken");
    return new Promise((resolve) => {
      this.wake = resolve;
      setTimeout(resolve, pause * 1000);
    });
  }

  now() {
    if (this.wake) this.wake();
  }

  async send(frame) {
    const slow = "Đang tìm trong danh mục thủ tục…";
    this.handlers.onFrame({ type: "typing", for: frame.id, text: slow });
    const body = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(frame) };
    for (let times = 0; times < AGAIN; times += 1) {
      let frames;
      try {
        frames = (await this.ask(this.home + "/send", body)).frames;
      } catch (error) {
        const text = "Chưa gửi được. Câu hỏi vẫn còn đây.";
        this.handlers.onFrame({ type: "error", for: frame.id, text });
        return;
      }
      if (times + 1 < AGAIN && frames.some((one) => one.code === "slow")) continue;
      frames.forEach(this.handlers.onFrame);
      return;
    }
  }

  async ask(address, options) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const answer = await fetch(address, { ...options, cache: "no-store", signal: stop.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      return await answer.json();
    } finally {
      clearTimeout(timer);
    }
  }
}
